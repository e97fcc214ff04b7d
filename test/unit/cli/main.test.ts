import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runFrame } from '../../../cli/frame.ts';
import { VERBS } from '../../../cli/registry.ts';
import { statePaths } from '../../../cli/running-system.ts';
import { ensureIssuerKey } from '../../../local/issuer/signing-key.ts';
import { REPOSITORY_ROOT } from '../../../local/paths.ts';
import { testDirectory } from '../../fixtures/command-context.ts';

const MAIN = join(REPOSITORY_ROOT, 'cli', 'main.ts');

/** The real verbs, in this process. */
async function vitalgate(...args: readonly string[]) {
  let stdout = '';
  const code = await runFrame({
    argv: [...args, '--json'],
    verbs: VERBS,
    nowMs: () => Date.now(),
    signal: new AbortController().signal,
    readStdin: () => Promise.resolve(''),
    stdinLines: async function* () {
      // Nobody types.
    },
    writeStdout: (text) => {
      stdout += text;
      return Promise.resolve();
    },
    writeStderr: () => undefined,
  });
  return { code, document: JSON.parse(stdout) as Record<string, unknown> };
}

beforeAll(() => void vi.stubEnv('VITALGATE_STATE_DIRECTORY', testDirectory().path));
afterAll(() => void vi.unstubAllEnvs());

describe('vitalgate', () => {
  it('has every verb load under the name by which it is called', async () => {
    const names = await Promise.all(VERBS.map(async ({ load }) => (await load()).command.name));
    expect(names).toEqual(VERBS.map(({ name }) => name));
  });

  it('starts through its own first line, as npx starts it', () => {
    expect(readFileSync(MAIN, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
  });

  it('runs as a process of its own', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--help']);
    for (const { name } of VERBS) expect(stdout).toContain(name);
  });

  it.each([
    ['explain', 'pump-3', 'fhir:create', 'fhir'],
    ['demo', 'malware', '--device', 'pump-3'],
  ])('says that nothing runs here when %s needs a running system', async (...args) => {
    expect(await vitalgate(...args)).toMatchObject({ code: 2, document: { code: 'ERR_NOT_RUNNING' } });
  });

  it.each([
    [['frobnicate'], 'ERR_VERB_UNKNOWN'],
    [['explain', 'pump-3'], 'ERR_USAGE'],
    [['explain', 'pump-3', 'read', 'fhir'], 'ERR_ACTION_MALFORMED'],
    [['demo', 'earthquake', '--device', 'pump-3'], 'ERR_SCENARIO_UNKNOWN'],
    [['demo', 'malware'], 'ERR_OPTION_MISSING'],
    [['token', '--role', 'janitor', '--site', 'north'], 'ERR_ROLE_UNKNOWN'],
    [['token', '--role', 'nurse', '--site', 'North!'], 'ERR_SITE_MALFORMED'],
    [['token', '--role', 'nurse', '--site', 'north', '--ttl', '0'], 'ERR_TTL_MALFORMED'],
    [['token', '--role', 'nurse', '--site', 'north'], 'ERR_ISSUER_MISSING'],
    [['agent', 'run'], 'ERR_OPTION_MISSING'],
    [['agent', 'run', '--config', '/does/not/exist'], 'ERR_CONFIG_UNREADABLE'],
    [['enroll', 'pump-3', '--api', 'https://localhost', '--state', 'x'], 'ERR_ENTITY_MALFORMED'],
    [['enroll', 'device/north:pump-3', '--api', 'http://localhost', '--state', 'x'], 'ERR_API_MALFORMED'],
    [
      ['enroll', 'device/north:pump-3', '--api', 'https://localhost', '--state', 'x', '--claim-file', '/none'],
      'ERR_CLAIM_MISSING',
    ],
  ])('refuses %s', async (args, code) => {
    expect(await vitalgate(...args)).toMatchObject({ code: 2, document: { schema: 'vitalgate.error/1', code } });
  });

  it('mints a token of the development issuer, once there is one', async () => {
    await ensureIssuerKey(statePaths().issuer);
    const { code, document } = await vitalgate(
      'token',
      '--role',
      'nurse',
      '--site',
      'north',
      '--acr',
      'aal3',
      '--ttl',
      '60',
    );
    expect(code).toBe(0);
    expect(decodeJwt(String(document['token']))).toMatchObject({
      'vitalgate:roles': ['nurse'],
      'vitalgate:site': 'north',
      acr: 'aal3',
      exp: Date.parse(String(document['expiresAt'])) / 1000,
    });
  });

  it('ends quietly when whoever reads it has gone', async () => {
    const child = spawn(process.execPath, [MAIN, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });
});
