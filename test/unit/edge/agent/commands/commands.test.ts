import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { COMMAND_TYP, type Command, type CommandOrder } from '../../../../../core/contracts/command.ts';
import { entityRef, siteId, timestamp } from '../../../../../core/contracts/identifiers.ts';
import { signCompact } from '../../../../../core/signing/jws.ts';
import { CommandDesk } from '../../../../../edge/agent/commands/command-desk.ts';
import { CommandMemory } from '../../../../../edge/agent/commands/command-memory.ts';
import { Quarantine } from '../../../../../edge/agent/commands/quarantine.ts';
import { stopProcess } from '../../../../../edge/agent/commands/stop-process.ts';
import { listProcesses } from '../../../../../edge/agent/proc.ts';
import { WatchedRoots } from '../../../../../edge/agent/watched-roots.ts';
import { createTestSigner } from '../../../../fixtures/pki.ts';
import { recordedLog } from '../recorded-log.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const PUMP = entityRef('device', 'north:pump-3');
const signer = createTestSigner('state-1');
const COLLECT: CommandOrder = { verb: 'collect-posture', arguments: {} };

const command = (order: CommandOrder, changes: Partial<Command> = {}): Command => ({
  schema: 'vitalgate.command/1',
  site: siteId('north'),
  commandId: randomUUID(),
  target: PUMP,
  issuedAt: timestamp(NOW_MS - 1000),
  expiresAt: timestamp(NOW_MS + 60_000),
  order,
  approvedBy: null,
  ...changes,
});
const sign = (payload: Command, typ = COMMAND_TYP, by = signer): Promise<string> => signCompact(payload, typ, by);

async function desk(options: { readonly stateDirectory?: string; readonly nowMs?: number } = {}) {
  const folder = temporaryDirectory();
  const root = join(folder, 'files');
  mkdirSync(root);
  const stateDirectory = options.stateDirectory ?? join(folder, 'state');
  mkdirSync(stateDirectory, { recursive: true });
  const recorded = recordedLog();
  const stopped: string[] = [];
  let collected = 0;
  const made = new CommandDesk({
    subject: PUMP,
    keys: signer.jwks,
    memory: await CommandMemory.open(stateDirectory),
    quarantine: new Quarantine(stateDirectory, new WatchedRoots([{ path: root, reportedAs: '/opt/pump' }])),
    stopProcess: (name) => {
      stopped.push(name);
      return Promise.resolve({ ok: true, value: 1 });
    },
    collectPosture: () => {
      collected += 1;
    },
    nowMs: () => options.nowMs ?? NOW_MS,
    log: recorded.log,
  });
  return { desk: made, root, folder, stateDirectory, stopped, collected: () => collected, ...recorded };
}

describe('the command desk', () => {
  it('carries out a signed command once and tells it', async () => {
    const { desk: made, collected, lines } = await desk();
    const order = command(COLLECT);
    await made.take(await sign(order));
    expect(collected()).toBe(1);
    expect(lines).toEqual([
      { code: 'command-executed', fields: { commandId: order.commandId, verb: 'collect-posture' } },
    ]);
  });

  it.each([
    ['signed by another key', async () => sign(command(COLLECT), COMMAND_TYP, createTestSigner('state-1'))],
    ['signed as something else', async () => sign(command(COLLECT), 'vitalgate-head+jws')],
    ['that is no token', async () => Promise.resolve('{"order":"collect-posture"}')],
  ])('refuses a command %s', async (_what, token) => {
    const { desk: made, collected, lines } = await desk();
    await made.take(await token());
    expect(lines).toEqual([{ code: 'command-refused', fields: { refusal: 'command-signature' } }]);
    expect(collected()).toBe(0);
  });

  it.each<[string, Partial<Command>, string]>([
    ['for another device', { target: entityRef('device', 'north:pump-4') }, 'command-foreign'],
    ['for a gateway of its name', { target: entityRef('gateway', 'north:pump-3') }, 'command-foreign'],
    ['of another site', { site: siteId('south') }, 'command-foreign'],
    ['that has expired', { expiresAt: timestamp(NOW_MS) }, 'command-expired'],
    ['that would live for days', { expiresAt: timestamp(NOW_MS + 48 * 3600 * 1000) }, 'command-expired'],
    ['from the future', { issuedAt: timestamp(NOW_MS + 600_000) }, 'command-from-future'],
    ['with an unknown verb', { order: { verb: 'format-disk', arguments: {} } as never }, 'command-malformed'],
  ])('refuses a command %s', async (_what, changes, refusal) => {
    const { desk: made, lines } = await desk();
    await made.take(await sign(command(COLLECT, changes)));
    expect(lines).toEqual([{ code: 'command-refused', fields: { refusal } }]);
  });

  it('refuses what it obeyed before, also after a restart', async () => {
    const first = await desk();
    const token = await sign(command(COLLECT));
    await first.desk.take(token);
    await first.desk.take(token);
    expect(first.lines.at(-1)?.fields).toEqual({ refusal: 'command-replayed' });
    const second = await desk({ stateDirectory: first.stateDirectory });
    await second.desk.take(token);
    expect(second.lines.map(({ fields }) => fields)).toEqual([{ refusal: 'command-replayed' }]);
  });

  it('does not take a damaged memory for an empty one', async () => {
    const { stateDirectory } = await desk();
    writeFileSync(join(stateDirectory, 'commands.json'), '{"obeyed":');
    await expect(CommandMemory.open(stateDirectory)).rejects.toMatchObject({ code: 'ERR_AGENT_MEMORY' });
  });

  it('says what it cannot do', async () => {
    const { desk: made, codes } = await desk();
    await made.take(await sign(command({ verb: 'isolate-host', arguments: {} })));
    expect(codes()).toEqual(['command-unsupported']);
  });

  it('sets a file aside and puts it back as it was', async () => {
    const { desk: made, root, codes, stateDirectory } = await desk();
    const path = join(root, 'implant');
    writeFileSync(path, 'malicious', { mode: 0o755 });
    await made.take(await sign(command({ verb: 'set-file-aside', arguments: { path: '/opt/pump/implant' } })));
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(stateDirectory, 'set-aside'))).toBe(true);
    await made.take(await sign(command({ verb: 'restore-file', arguments: { path: '/opt/pump/implant' } })));
    expect(readFileSync(path, 'utf8')).toBe('malicious');
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(codes()).toEqual(['command-executed', 'command-executed']);
  });

  it('stops processes by name', async () => {
    const { desk: made, stopped } = await desk();
    await made.take(await sign(command({ verb: 'stop-process', arguments: { name: 'implant' } })));
    expect(stopped).toEqual(['implant']);
  });
});

describe('setting files aside', () => {
  function quarantine() {
    const folder = temporaryDirectory();
    const root = join(folder, 'files');
    mkdirSync(root);
    writeFileSync(join(folder, 'outside'), 'x');
    return { root, folder, made: new Quarantine(folder, new WatchedRoots([{ path: root }])) };
  }
  const AT = '2026-11-23T12:00:00.000Z';

  it('reaches nothing outside the watched directories', async () => {
    const { made, root, folder } = quarantine();
    symlinkSync(join(folder, 'outside'), join(root, 'link'));
    expect(await made.setAside(join(folder, 'outside'), AT)).toMatchObject({ code: 'file-not-watched' });
    expect(await made.setAside(join(root, 'link'), AT)).toMatchObject({ code: 'file-not-regular' });
    expect(await made.setAside(join(root, 'gone'), AT)).toMatchObject({ code: 'file-missing' });
    expect(existsSync(join(folder, 'outside'))).toBe(true);
  });

  it('overwrites nothing when it puts a file back', async () => {
    const { made, root } = quarantine();
    const path = join(root, 'one');
    writeFileSync(path, 'old');
    expect(await made.setAside(path, AT)).toMatchObject({ ok: true });
    writeFileSync(path, 'new');
    expect(await made.restore(path)).toMatchObject({ code: 'file-in-the-way' });
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(await made.restore(join(root, 'never'))).toMatchObject({ code: 'file-not-set-aside' });
  });
});

describe('stopping processes', () => {
  const kill = (pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): void => void process.kill(pid, signal);
  const start = (program: string, ...args: string[]) => {
    const child = spawn(program, args);
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  it('ends every process of that name and no other', async () => {
    const program = join(temporaryDirectory(), 'implant-7');
    copyFileSync('/bin/sleep', program);
    const [one, two, other] = [start(program, '60'), start(program, '61'), start('/bin/sleep', '62')];
    const gone = [one, two].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    const options = { procDirectory: '/proc', spared: new Set<number>(), kill };
    await vi.waitFor(async () =>
      expect((await listProcesses('/proc')).filter(({ name }) => name === 'implant-7')).toHaveLength(2),
    );
    expect(await stopProcess('implant-7', options)).toEqual({ ok: true, value: 2 });
    await Promise.all(gone);
    expect(other.exitCode).toBeNull();
  }, 30_000);

  it('never ends those that are spared', async () => {
    const program = join(temporaryDirectory(), 'implant-8');
    copyFileSync('/bin/sleep', program);
    const child = start(program, '60');
    const spared = new Set([child.pid ?? 0]);
    expect(await stopProcess('implant-8', { procDirectory: '/proc', spared, kill })).toMatchObject({
      code: 'process-missing',
    });
    expect(child.exitCode).toBeNull();
  });
});
