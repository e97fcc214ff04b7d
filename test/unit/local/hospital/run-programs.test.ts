import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { entityRef } from '../../../../core/contracts/identifiers.ts';
import { storeIdentity } from '../../../../edge/agent/identity/stored-identity.ts';
import { createHospitalSite, GATEWAY } from './hospital-site.ts';

const main = (folder: string): string =>
  fileURLToPath(new URL(`../../../../local/hospital/${folder}/main.ts`, import.meta.url));

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'vg-hospital-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function run(folder: string, programs: unknown[]) {
  const file = join(await directory(), 'F.json');
  await writeFile(file, JSON.stringify({ programs }));
  const child = spawn(process.execPath, [main(folder), '--config', file], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => {
    faults += chunk.toString();
  });
  const until = async (event: string): Promise<Record<string, unknown>> => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      const told = JSON.parse(line.value) as Record<string, unknown>;
      if (told['event'] === event) return told;
    }
    throw new Error(`it ended before ${event}: ${faults}`);
  };
  return { child, until, exited, faults: () => faults };
}

const LAPTOP = {
  program: 'rogue-laptop',
  config: {
    id: 'north:laptop-1',
    gateway: { host: '127.0.0.1', port: 1 },
    claims: entityRef('device', 'north:pump-3'),
    systems: [],
  },
};

describe('a process of programs', () => {
  it('says first that it is ready, obeys orders and ends cleanly when told to', async () => {
    const { child, until, exited } = await run('devices', [LAPTOP]);
    const ready = await until('ready');
    expect(ready['programs']).toEqual([{ program: 'rogue-laptop', id: 'north:laptop-1', port: null }]);
    await until('attempts-done');
    child.stdin.write('{"id":"north:laptop-1","order":"attempt"}\n');
    await until('attempts-done');
    child.kill('SIGTERM');
    await until('stopped');
    expect(await exited).toEqual([0, null]);
  });

  it('lets a business system use the identity that its agent enrolled', async () => {
    const site = await createHospitalSite();
    const fhir = entityRef('resource', 'north:fhir');
    const { certificate, key } = await site.identity(fhir);
    const anchors = { root: [site.pki.root.certificatePem], ...site.pki.anchors };
    const stateDirectory = await directory();
    await storeIdentity(stateDirectory, { certificate, key, anchors, keys: { keys: [] } });
    const config = { id: fhir.id, listen: { port: 0 }, identity: { stateDirectory }, gateway: GATEWAY.id };
    const { child, until, exited } = await run('systems', [{ program: 'fhir-server', config }]);
    expect(await until('ready')).toMatchObject({ programs: [{ program: 'fhir-server', port: expect.any(Number) }] });
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('does not start with a program or a key that it does not know', async () => {
    const unknown = await run('devices', [{ program: 'toaster', config: { id: 'north:toaster-1' } }]);
    expect(await unknown.exited).toEqual([1, null]);
    const misspelt = await run('devices', [{ ...LAPTOP, config: { ...LAPTOP.config, gatway: 1 } }]);
    expect(await misspelt.exited).toEqual([1, null]);
  });
});
