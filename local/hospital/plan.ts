/**
 * What is chosen once for a local hospital and kept: ports on the loopback interface, and opaque aliases. A port that
 * something else has taken since is chosen anew.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { AliasSchema } from '../../core/contracts/entities.ts';
import { DEVICES, type InventoryDevice, type SystemName } from './inventory.ts';

const ADDRESS = '127.0.0.1';
const ALIAS_BYTES = 10;

const PlanSchema = z
  .strictObject({
    ports: z.record(z.string(), z.int().min(1).max(65_535)),
    aliases: z.record(z.string(), AliasSchema),
  })
  .readonly();
export type HospitalPlan = z.infer<typeof PlanSchema>;

/** Where a business system listens for the gateway. */
export const systemKey = (system: SystemName): string => system;
/** Where a device's agent listens for the device's own program. */
export const proxyKey = (device: string, system: SystemName): string => `${device}/${system}`;
/** Where a device's own service listens for its agent. */
export const serviceKey = (device: string): string => `${device}/service`;

const SYSTEMS: readonly SystemName[] = ['fhir', 'results'];

const portKeys = (): string[] => [...SYSTEMS.map(systemKey), ...DEVICES.flatMap(keysOfDevice)];

const keysOfDevice = ({ name, reaches, service }: InventoryDevice): string[] => [
  ...reaches.map((system) => proxyKey(name, system)),
  ...(service === null ? [] : [serviceKey(name)]),
];

const aliasKeys = (): string[] => [
  ...SYSTEMS.map(systemKey),
  ...DEVICES.filter(({ service }) => service !== null).map(({ name }) => serviceKey(name)),
];

/** @throws when the file is not one of ours */
export async function readPlan(directory: string): Promise<HospitalPlan> {
  return PlanSchema.parse(JSON.parse(await readFile(planFile(directory), 'utf8')));
}

/** Call while no hospital runs: its own ports would count as taken. */
export async function ensurePlan(directory: string): Promise<HospitalPlan> {
  const kept = await readPlan(directory).catch(() => ({ ports: {}, aliases: {} }) as HospitalPlan);
  const ports: Record<string, number> = {};
  for (const key of portKeys()) ports[key] = await choosePort(kept.ports[key], Object.values(ports));
  const aliases = Object.fromEntries(aliasKeys().map((key) => [key, kept.aliases[key] ?? newAlias()]));
  const plan: HospitalPlan = { ports, aliases };
  await mkdir(directory, { recursive: true });
  await writeFile(`${planFile(directory)}.new`, `${JSON.stringify(plan, null, 2)}\n`);
  await rename(`${planFile(directory)}.new`, planFile(directory));
  return plan;
}

const planFile = (directory: string): string => join(directory, 'plan.json');
const newAlias = (): string => randomBytes(ALIAS_BYTES).toString('hex');

async function choosePort(kept: number | undefined, taken: readonly number[]): Promise<number> {
  if (kept !== undefined && (await listensOn(kept)) !== undefined) return kept;
  for (;;) {
    const port = await listensOn(0);
    if (port !== undefined && !taken.includes(port)) return port;
  }
}

/** @returns the port, when it is free */
function listensOn(port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once('error', () => resolve(undefined));
  server.listen(port, ADDRESS, () => {
    const bound = (server.address() as AddressInfo).port;
    server.close(() => resolve(bound));
  });
  return promise;
}

/** The port of a key that the plan must have. */
export function portOf(plan: HospitalPlan, key: string): number {
  const port = plan.ports[key];
  if (port === undefined) throw new Error(`the plan names no port for ${key}`);
  return port;
}

export function aliasOf(plan: HospitalPlan, key: string): string {
  const alias = plan.aliases[key];
  if (alias === undefined) throw new Error(`the plan names no alias for ${key}`);
  return alias;
}
