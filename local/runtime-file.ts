/** `.local/runtime.json`: where the parts of a running system answer, for tools, tests and people. */
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ROLES } from './issuer/mint-token.ts';
import type { LocalPaths } from './paths.ts';
import type { Ports } from './ports.ts';
import type { LocalSettings } from './settings.ts';

const port = z.int().min(1).max(65_535);

export const RuntimeSchema = z
  .object({
    api: z.object({ baseUrl: z.url() }),
    issuer: z.url(),
    /** `null` while this version has no console. */
    console: z.url().nullable(),
    mqtt: z.object({ host: z.string(), port, ca: z.string() }),
    gateway: z.object({ tls: port, knock: port, metrics: port }),
    /** Path of the PEM anchor of API and issuer. */
    ca: z.string(),
    /** Path of a file with a bearer token, by role. */
    tokens: z.record(z.string(), z.string()),
  })
  .readonly();
export type Runtime = z.infer<typeof RuntimeSchema>;

export interface RuntimeFacts {
  readonly paths: LocalPaths;
  readonly ports: Ports;
  readonly settings: LocalSettings;
  readonly apiBaseUrl: string;
}

export const runtimeOf = ({ paths, ports, settings, apiBaseUrl }: RuntimeFacts): Runtime => ({
  api: { baseUrl: apiBaseUrl },
  issuer: settings.issuer,
  console: null,
  mqtt: { host: 'localhost', port: ports.MQTT, ca: paths.mqttAnchor },
  gateway: { tls: ports.TLS, knock: ports.KNOCK, metrics: ports.METRICS },
  ca: paths.caCertificate,
  tokens: Object.fromEntries(ROLES.map((role) => [role, join(paths.tokens, role)])),
});

export async function writeRuntime(paths: LocalPaths, runtime: Runtime): Promise<void> {
  const staged = `${paths.runtime}.${process.pid}`;
  await writeFile(staged, `${JSON.stringify(runtime, null, 2)}\n`);
  await rename(staged, paths.runtime);
}

export const removeRuntime = (paths: LocalPaths): Promise<void> => rm(paths.runtime, { force: true });

/** @returns undefined when nothing runs */
export function readRuntime(paths: LocalPaths): Runtime | undefined {
  if (!existsSync(paths.runtime)) return undefined;
  return RuntimeSchema.safeParse(JSON.parse(readFileSync(paths.runtime, 'utf8'))).data;
}
