import { describe, expect, it } from 'vitest';
import { checkpointLine, readAuditTrail, verifyTrails } from '../../../core/audit/audit-lines.ts';
import { signCheckpoint } from '../../../core/audit/checkpoint.ts';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import { auditChain } from '../../fixtures/audit.ts';
import { createTestSigner, TEST_NOW_MS } from '../../fixtures/pki.ts';

const signer = createTestSigner('audit-1');
const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const [cloud, gateway] = [auditChain(6), auditChain(4, 'north:gw-1/boot-1')];

describe('audit files', () => {
  it('hold records and checkpoints, and an unused rest of zeros', async () => {
    const last = cloud[5] ?? expect.fail();
    const checkpoint = await signCheckpoint(last, timestamp(TEST_NOW_MS), signer);
    const trail = readAuditTrail(`${lines(cloud)}${checkpointLine(checkpoint)}\n\n${'\0'.repeat(50)}`);
    expect(trail.records).toEqual(cloud);
    expect(trail.checkpoints).toEqual([checkpoint]);
    expect(await verifyTrails([trail], signer.jwks)).toEqual([
      { valid: true, code: 'audit-chain-valid', firstBad: null, writer: 'cloud:north', records: 6, checkpoints: 1 },
    ]);
  });

  it('of one writer are read as one chain, in the given order', async () => {
    const [first, second] = [readAuditTrail(lines(cloud.slice(0, 3))), readAuditTrail(lines(cloud.slice(3)))];
    expect(await verifyTrails([first, second], signer.jwks)).toMatchObject([{ valid: true, records: 6 }]);
    expect(await verifyTrails([second, first], signer.jwks)).toMatchObject([{ code: 'audit-reordered', firstBad: 1 }]);
  });

  it('of several writers are several chains', async () => {
    const verdicts = await verifyTrails([readAuditTrail(lines(cloud)), readAuditTrail(lines(gateway))], signer.jwks);
    expect(verdicts).toMatchObject([
      { valid: true, writer: 'cloud:north' },
      { valid: true, writer: 'north:gw-1/boot-1' },
    ]);
  });

  it('with two writers in one file hold a foreign record', async () => {
    const mixed = readAuditTrail(lines([...cloud.slice(0, 2), gateway[2], ...cloud.slice(2)]));
    expect(await verifyTrails([mixed], signer.jwks)).toMatchObject([{ code: 'audit-foreign-writer', firstBad: 3 }]);
  });

  it('with a torn line fail there', async () => {
    const torn = readAuditTrail(`${lines(cloud)}{"schema":"vital`);
    expect(await verifyTrails([torn], signer.jwks)).toMatchObject([{ code: 'audit-malformed', firstBad: 7 }]);
  });
});
