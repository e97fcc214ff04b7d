/** What is true of the machine that a local gateway runs on, as factors of an assessment. */
import { existsSync, readFileSync } from 'node:fs';
import { release, type as systemType } from 'node:os';

const OS_RELEASE = '/etc/os-release';

/** @param port that the gateway listens on */
export const machineFactors = (port: number): readonly object[] => [
  { factor: 'operating-system', value: operatingSystem() },
  { factor: 'processes', value: [{ name: 'vitalgate-gateway', count: 1 }] },
  { factor: 'files', value: [] },
  { factor: 'listening-ports', value: [{ protocol: 'tcp', address: '127.0.0.1', port }] },
];

function operatingSystem(): object {
  const fields = existsSync(OS_RELEASE) ? readFileSync(OS_RELEASE, 'utf8') : '';
  const field = (name: string): string | undefined => new RegExp(`^${name}="?([^"\n]+)"?$`, 'm').exec(fields)?.[1];
  return {
    name: field('NAME') ?? systemType(),
    version: field('VERSION_ID') ?? release(),
    kernel: release(),
  };
}
