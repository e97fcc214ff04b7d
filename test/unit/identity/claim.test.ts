import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { entityRef, timestamp } from '../../../core/contracts/identifiers.ts';
import {
  CLAIM_BYTES,
  ClaimRecordSchema,
  claimDigest,
  encodeClaim,
  isClaim,
  judgeClaim,
  newClaimRecord,
} from '../../../core/identity/claim.ts';
import { DAY_MS, TEST_NOW_MS } from '../../fixtures/pki.ts';

const claim = encodeClaim(randomBytes(CLAIM_BYTES));
const digest = claimDigest(claim);
const record = newClaimRecord(digest, entityRef('device', 'north:pump-3'), {
  issuedBy: 'jo',
  issuedAt: timestamp(TEST_NOW_MS),
  expiresAt: timestamp(TEST_NOW_MS + DAY_MS),
});
const spentOn = (requestDigest: string) => ({ ...record, use: { requestDigest, at: timestamp(TEST_NOW_MS) } });
const [REQUEST, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];

describe('a claim', () => {
  it('is 256 bits in base64url, and what is stored does not contain it', () => {
    expect(isClaim(claim)).toBe(true);
    expect(JSON.stringify(ClaimRecordSchema.parse(record))).not.toContain(claim);
  });

  it.each(['', claim.slice(1), `${claim}A`, `${claim.slice(0, -1)}!`, `${claim}=`])('%j is none', (text) => {
    expect(isClaim(text)).toBe(false);
  });

  it('is good once, before it expires', () => {
    expect(judgeClaim(record, digest, TEST_NOW_MS, REQUEST)).toEqual({ ok: true, value: { record, repeated: false } });
  });

  it('is unknown when nothing, or something else, is stored', () => {
    expect(judgeClaim(undefined, digest, TEST_NOW_MS)).toMatchObject({ code: 'claim-unknown' });
    expect(judgeClaim(record, OTHER, TEST_NOW_MS)).toMatchObject({ code: 'claim-unknown' });
  });

  it('expires at its instant', () => {
    expect(judgeClaim(record, digest, TEST_NOW_MS + DAY_MS - 1).ok).toBe(true);
    expect(judgeClaim(record, digest, TEST_NOW_MS + DAY_MS)).toMatchObject({ code: 'claim-expired' });
  });

  it('is used up by one request', () => {
    expect(judgeClaim(spentOn(REQUEST), digest, TEST_NOW_MS, OTHER)).toMatchObject({ code: 'claim-used' });
    expect(judgeClaim(spentOn(REQUEST), digest, TEST_NOW_MS)).toMatchObject({ code: 'claim-used' });
  });

  it('answers the same request again until it expires, so that a lost answer strands no device', () => {
    expect(judgeClaim(spentOn(REQUEST), digest, TEST_NOW_MS, REQUEST)).toMatchObject({ value: { repeated: true } });
    expect(judgeClaim(spentOn(REQUEST), digest, TEST_NOW_MS + DAY_MS, REQUEST)).toMatchObject({
      code: 'claim-expired',
    });
  });
});
