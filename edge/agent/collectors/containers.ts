/**
 * Containers, where an engine with Docker's API runs here and lets the agent ask. Without one nothing is told: no list is
 * not an empty list. @see Docker Engine API v1.41, also spoken by Podman
 */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { bounded, type Collector, type FactorValue, type SystemPaths } from './collector.ts';

const SOCKETS = ['docker.sock', join('podman', 'podman.sock')];
const API = '/v1.41';
const TIMEOUT_MS = 2_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** Each is asked about by itself. */
const MAX_CONTAINERS = 64;

const ListSchema = z.array(z.object({ Id: z.string().regex(/^[0-9a-f]+$/) }));
const InspectSchema = z.object({
  Name: z.string(),
  /** The digest of the image's configuration. */
  Image: z.string(),
  Config: z.object({ Image: z.string() }),
  HostConfig: z.object({ Privileged: z.boolean() }),
});

export function createContainersCollector(paths: SystemPaths): Collector<'containers'> {
  return {
    factor: 'containers',
    async collect() {
      const sockets = SOCKETS.map((name) => join(paths.run, name)).filter((path) => existsSync(path));
      if (sockets.length === 0) return undefined;
      const found = await Promise.all(sockets.map(containersOf));
      return found.flat().slice(0, MAX_CONTAINERS);
    },
  };
}

async function containersOf(socketPath: string): Promise<FactorValue<'containers'>> {
  const listed = ListSchema.parse(await ask(socketPath, `${API}/containers/json`));
  const containers: FactorValue<'containers'> = [];
  for (const { Id } of listed.slice(0, MAX_CONTAINERS)) {
    const inspected = InspectSchema.parse(await ask(socketPath, `${API}/containers/${Id}/json`));
    containers.push({
      name: bounded(inspected.Name.replace(/^\//, ''), 256),
      image: bounded(inspected.Config.Image, 512),
      imageDigest: bounded(inspected.Image, 128),
      privileged: inspected.HostConfig.Privileged,
    });
  }
  return containers;
}

function ask(socketPath: string, path: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const outgoing = request({ socketPath, path, timeout: TIMEOUT_MS, headers: { host: 'localhost' } }, (answer) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('error', reject);
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) answer.destroy(new Error('the answer is too long'));
      else chunks.push(chunk);
    });
    answer.on('end', () => {
      if (answer.statusCode !== 200) return void reject(new Error(`the engine answered ${answer.statusCode}`));
      try {
        resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      } catch (cause) {
        reject(cause);
      }
    });
  });
  outgoing.on('error', reject);
  outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
  outgoing.end();
  return promise;
}
