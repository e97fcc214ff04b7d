import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../cli/command.ts';
import { command } from '../../../cli/trust-replay.ts';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import { TrustContributionSchema } from '../../../core/contracts/trust.ts';
import { GOOD_FACTS, NOW_MS, PUMP_REF, statement } from '../../fixtures/trust-samples.ts';

const recording = (over: object = {}) => ({
  schema: 'vitalgate.trust-recording/1',
  evaluations: [{ at: timestamp(NOW_MS), subject: PUMP_REF, facts: GOOD_FACTS, evidence: [statement()] }],
  ...over,
});

const contextOf = (positionals: readonly string[], stdin = ''): CommandContext => ({
  values: {},
  positionals,
  nowMs: NOW_MS,
  readStdin: async () => stdin,
  signal: new AbortController().signal,
  log: () => {},
});
const replay = (document: unknown) =>
  command.run(contextOf(['-'], typeof document === 'string' ? document : JSON.stringify(document)));

describe('vitalgate trust replay', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'trust-replay-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('prints score, level, contributions that add up, and a digest', async () => {
    const file = join(directory, 'recording.json');
    await writeFile(file, JSON.stringify(recording()));
    const { document, exitCode } = await command.run(contextOf([file]));
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ schema: 'vitalgate.trust-replay/1', code: 'trust-replayed', level: 3 });
    const contributions = TrustContributionSchema.array().parse(document['contributions']);
    const lost = contributions.reduce((sum, { lostCentipoints }) => sum + lostCentipoints, 0);
    expect(Math.floor((10_000 - lost) / 100)).toBe(document['score']);
    expect(document['digest']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same document for the same input, from a file or from standard input', async () => {
    const file = join(directory, 'recording.json');
    await writeFile(file, JSON.stringify(recording()));
    expect(await command.run(contextOf([file]))).toEqual(await replay(recording()));
  });

  it('is negative when the recording names another digest', async () => {
    const differs = await replay(recording({ expectedDigest: '0'.repeat(64) }));
    expect(differs).toMatchObject({ exitCode: 1, document: { code: 'trust-differs' } });
    const { digest } = (await replay(recording())).document;
    expect(await replay(recording({ expectedDigest: digest }))).toMatchObject({ exitCode: 0 });
  });

  it.each<[string, unknown, string]>([
    ['text that is no JSON', 'level 4 please', 'ERR_RECORDING_MALFORMED'],
    ['another schema', recording({ schema: 'vitalgate.trust-recording/9' }), 'ERR_RECORDING_MALFORMED'],
    ['an unknown key', recording({ level: 4 }), 'ERR_RECORDING_MALFORMED'],
    ['no evaluation', recording({ evaluations: [] }), 'ERR_RECORDING_MALFORMED'],
    ['a list', [], 'ERR_RECORDING_MALFORMED'],
  ])('calls %s bad input', async (_, document, code) => {
    expect(await replay(document)).toMatchObject({ exitCode: 2, document: { code } });
  });

  it('calls a file that is not there, and a missing or second argument, bad input', async () => {
    expect(await command.run(contextOf([join(directory, 'none.json')]))).toMatchObject({ exitCode: 2 });
    expect(await command.run(contextOf([directory]))).toMatchObject({ exitCode: 2 });
    expect(await command.run(contextOf([]))).toMatchObject({ exitCode: 2, document: { code: 'ERR_USAGE' } });
    expect(await command.run(contextOf(['a', 'b']))).toMatchObject({ exitCode: 2, document: { code: 'ERR_USAGE' } });
  });

  it('judges a batch line by its recording', async () => {
    expect(await command.runLine?.({ id: 1, recording: recording() }, contextOf([]))).toMatchObject({ exitCode: 0 });
    expect(await command.runLine?.({ id: 2 }, contextOf([]))).toMatchObject({ exitCode: 2 });
  });
});
