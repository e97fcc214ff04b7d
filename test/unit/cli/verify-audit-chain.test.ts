import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from '../../../cli/verify-audit-chain.ts';
import { checkpointLine } from '../../../core/audit/audit-lines.ts';
import { signCheckpoint } from '../../../core/audit/checkpoint.ts';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import { auditChain } from '../../fixtures/audit.ts';
import { commandContext, testDirectory } from '../../fixtures/command-context.ts';
import { createTestSigner, TEST_NOW_MS } from '../../fixtures/pki.ts';

const directory = testDirectory();
afterAll(() => rmSync(directory.path, { recursive: true }));
const signer = createTestSigner('audit-1');
const jwks = directory.write('jwks.json', JSON.stringify(signer.jwks));
const [cloud, gateway] = [auditChain(6), auditChain(4, 'north:gw-1/boot-1')];
const checkpoint = await signCheckpoint(cloud[5] ?? expect.fail(), timestamp(TEST_NOW_MS), signer);
const file = (name: string, records: readonly unknown[], more = '') =>
  directory.write(name, `${records.map((record) => `${JSON.stringify(record)}\n`).join('')}${more}`);
const whole = file('cloud.ndjson', cloud, `${checkpointLine(checkpoint)}\n`);
const run = (paths: readonly string[], values: object = { jwks }) => command.run(commandContext({ ...values }, paths));

describe('vitalgate verify audit-chain', () => {
  it('accepts whole trails, each writer its own chain', async () => {
    const other = file('gateway.ndjson', gateway);
    expect(await run([whole, other])).toMatchObject({
      exitCode: 0,
      document: { valid: true, code: 'audit-chain-valid', firstBad: null, unverifiedCheckpoints: 0, chains: [{}, {}] },
    });
  });

  it('says where a chain first fails, and whose it is', async () => {
    const dropped = file('dropped.ndjson', gateway.toSpliced(1, 1));
    expect(await run([whole, dropped])).toMatchObject({
      exitCode: 1,
      document: { valid: false, code: 'audit-dropped', firstBad: 2, writer: 'north:gw-1/boot-1' },
    });
  });

  it('sees a tail cut off before a checkpoint', async () => {
    const cut = file('cut.ndjson', cloud.slice(0, 4), `${checkpointLine(checkpoint)}\n`);
    expect(await run([cut])).toMatchObject({ exitCode: 1, document: { code: 'audit-truncated', firstBad: 5 } });
  });

  it('without keys judges the records alone and says how many checkpoints it could not', async () => {
    expect(await run([whole], {})).toMatchObject({ exitCode: 0, document: { valid: true, unverifiedCheckpoints: 1 } });
  });

  it('refuses a checkpoint of an unknown key', async () => {
    const other = directory.write('other.json', JSON.stringify(createTestSigner('audit-1').jwks));
    expect(await run([whole], { jwks: other })).toMatchObject({
      exitCode: 1,
      document: { code: 'audit-forged-checkpoint' },
    });
  });

  it('needs a file that can be read', async () => {
    expect(await run([])).toMatchObject({ exitCode: 2 });
    expect(await run(['/nowhere'])).toMatchObject({ exitCode: 2, document: { code: 'ERR_FILE_UNREADABLE' } });
  });
});
