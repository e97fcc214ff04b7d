import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_GENESIS, appendAudit, recordHash } from '../../../core/audit/audit-chain.ts';
import { signCheckpoint } from '../../../core/audit/checkpoint.ts';
import { verifyChain } from '../../../core/audit/verify-chain.ts';
import { type AuditRecord, AuditRecordSchema } from '../../../core/contracts/audit-record.ts';
import { siteId, timestamp } from '../../../core/contracts/identifiers.ts';
import { signCompact } from '../../../core/signing/jws.ts';
import { auditChain, auditEntry } from '../../fixtures/audit.ts';
import { createTestSigner, TEST_NOW_MS } from '../../fixtures/pki.ts';
import { NORTH } from '../../fixtures/site.ts';

const signer = createTestSigner('audit-1');
const chain = auditChain(10);
const at = timestamp(TEST_NOW_MS);
const lastOf = (records: readonly AuditRecord[]): AuditRecord => records.at(-1) ?? expect.fail('an empty chain');
const judge = (records: readonly unknown[], checkpoints: readonly string[] = []) =>
  verifyChain(records, checkpoints, signer.jwks);
const bad = (code: string, firstBad: number | null) => ({ valid: false, code, firstBad });
const without = (index: number) => chain.toSpliced(index, 1);
const altered = (index: number, changes: Partial<AuditRecord>) =>
  chain.map((record, place) => (place === index ? { ...record, ...changes } : record));
/** Changes a record and hashes it anew, as one who can write the file would. */
const rewritten = (index: number, changes: Partial<AuditRecord>) =>
  altered(index, changes).map((record, place) => (place === index ? { ...record, hash: recordHash(record) } : record));

describe('a chain', () => {
  it('as written is valid, with checkpoints anywhere in it', async () => {
    const checkpoints = await Promise.all(
      [chain[4], chain[9]].map((record) => signCheckpoint(record ?? lastOf(chain), at, signer)),
    );
    expect(await judge(chain, checkpoints)).toEqual({ valid: true, code: 'audit-chain-valid', firstBad: null });
  });

  it('starts at the genesis and fits its contract', () => {
    expect(chain[0]).toMatchObject({ seq: 1, previousHash: '0'.repeat(64) });
    expect(chain.every((record) => AuditRecordSchema.safeParse(record).success)).toBe(true);
  });

  it('without anything in it proves nothing', async () => {
    expect(await judge([])).toEqual(bad('audit-empty', null));
  });

  it.each<[string, readonly unknown[], string, number]>([
    ['an altered record', altered(4, { outcome: 'denied' }), 'audit-altered', 5],
    ['a record altered and hashed anew', rewritten(4, { outcome: 'denied' }), 'audit-altered', 6],
    ['a record whose link was changed', rewritten(4, { previousHash: 'a'.repeat(64) }), 'audit-altered', 5],
    ['a dropped record', without(4), 'audit-dropped', 5],
    ['a dropped first record', without(0), 'audit-dropped', 1],
    ['two records in the wrong order', chain.toSpliced(4, 2, ...chain.slice(4, 6).toReversed()), 'audit-reordered', 5],
    ['a record told twice', chain.toSpliced(5, 0, ...chain.slice(4, 5)), 'audit-duplicated', 6],
    ['a record of another writer', rewritten(4, { writer: 'cloud:south' }), 'audit-foreign-writer', 5],
    ['a record of another site', rewritten(4, { site: siteId('south') }), 'audit-foreign-writer', 5],
    ['a line that is no record', [...chain.slice(0, 4), { hello: 1 }, ...chain.slice(4)], 'audit-malformed', 5],
    ['a torn last line', [...chain, null], 'audit-malformed', 11],
  ])('with %s fails there', async (_, records, code, firstBad) => {
    expect(await judge(records)).toEqual(bad(code, firstBad));
  });

  it('cut off after a checkpoint was signed of it is truncated', async () => {
    const checkpoint = await signCheckpoint(lastOf(chain), at, signer);
    expect(await judge(chain.slice(0, 7), [checkpoint])).toEqual(bad('audit-truncated', 8));
    expect(await judge([], [checkpoint])).toEqual(bad('audit-truncated', 1));
  });

  it('made anew under a checkpoint is altered', async () => {
    const checkpoint = await signCheckpoint(lastOf(auditChain(1)), at, signer);
    const anew = appendAudit(
      { site: NORTH, writer: 'cloud:north' },
      AUDIT_GENESIS,
      auditEntry({ outcome: 'alarm' }),
      at,
    );
    expect(await judge([anew])).toMatchObject({ valid: true });
    expect(await judge([anew], [checkpoint])).toEqual(bad('audit-altered', 1));
  });

  it('with a checkpoint that nobody known signed is refused', async () => {
    const forged = await signCheckpoint(lastOf(chain), at, createTestSigner('audit-1'));
    expect(await judge(chain, [forged])).toEqual(bad('audit-forged-checkpoint', null));
    const otherType = await signCompact({ schema: 'vitalgate.audit-checkpoint/1' }, 'vitalgate-head+jws', signer);
    expect(await judge(chain, [otherType])).toEqual(bad('audit-forged-checkpoint', null));
  });

  it('with a checkpoint of another writer is refused', async () => {
    const foreign = await signCheckpoint(lastOf(auditChain(3, 'cloud:south')), at, signer);
    expect(await judge(chain, [foreign])).toEqual(bad('audit-foreign-writer', 3));
  });

  it('with any one value changed is never valid', async () => {
    const members = Object.keys(lastOf(chain));
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.constantFrom(...members), fc.jsonValue(), async (index, member, value) => {
        const record = chain[index];
        fc.pre(JSON.stringify(record?.[member as keyof AuditRecord]) !== JSON.stringify(value));
        const verdict = await judge(chain.toSpliced(index, 1, { ...record, [member]: value } as never));
        expect(verdict.valid).toBe(false);
      }),
    );
  });

  it('with any records left out before the last is never valid', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(8), { minLength: 1 }), async (indexes) => {
        const verdict = await judge(chain.filter((_, index) => !indexes.includes(index)));
        expect(verdict).toMatchObject({ valid: false, firstBad: Math.min(...indexes) + 1 });
      }),
    );
  });
});

describe('an entry', () => {
  it('always finds its place: what is too long is shortened, a fraction becomes text', () => {
    const entry = auditEntry({
      action: 'x'.repeat(200),
      reasons: new Array(100).fill('some-reason'),
      details: { text: 'y'.repeat(1000), ratio: 0.5, infinite: Number.POSITIVE_INFINITY, ['k'.repeat(100)]: true },
    });
    const record = appendAudit({ site: NORTH, writer: 'cloud:north' }, AUDIT_GENESIS, entry, at);
    expect(AuditRecordSchema.safeParse(record).success).toBe(true);
    expect(record.details['ratio']).toBe('0.5');
  });
});
