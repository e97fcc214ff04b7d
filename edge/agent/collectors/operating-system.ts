/** Name and version of the operating system, its kernel, and the device's firmware where a file names it. @see os-release(5) */
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { bounded, type Collector, type SystemPaths } from './collector.ts';

const NAME_LIMIT = 256;
const VERSION_LIMIT = 128;
const LINE = /^([A-Z][A-Z0-9_]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.*))$/gm;

export function createOperatingSystemCollector(
  paths: SystemPaths,
  firmwareFile: string | undefined,
): Collector<'operating-system'> {
  return {
    factor: 'operating-system',
    async collect() {
      const fields = parseOsRelease(await readFile(join(paths.etc, 'os-release'), 'utf8'));
      const firmware = firmwareFile === undefined ? undefined : await firstLine(firmwareFile);
      return {
        name: bounded(fields.get('NAME') ?? 'Linux', NAME_LIMIT),
        version: bounded(fields.get('VERSION_ID') ?? fields.get('BUILD_ID') ?? '0', VERSION_LIMIT),
        kernel: bounded(release(), VERSION_LIMIT),
        ...(firmware !== undefined && { firmware }),
      };
    },
  };
}

export const parseOsRelease = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(LINE)].map(([, name = '', double, single, bare]) => [
      name,
      double?.replaceAll(/\\(.)/g, '$1') ?? single ?? bare?.trim() ?? '',
    ]),
  );

async function firstLine(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  return line === '' ? undefined : line.slice(0, VERSION_LIMIT);
}
