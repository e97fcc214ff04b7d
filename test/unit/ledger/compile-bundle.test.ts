import { describe, expect, it } from 'vitest';
import { BundleContentSchema } from '../../../core/contracts/bundle.ts';
import { ProtectionSchema } from '../../../core/contracts/entities.ts';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import { compileBundle, effectivePolicies } from '../../../core/ledger/compile-bundle.ts';
import type { PolicyItem } from '../../../core/ledger/ledger-write.ts';
import { canonicalDigest } from '../../../core/signing/digest.ts';
import { DAY_MS, TEST_NOW_MS } from '../../fixtures/pki.ts';
import { testEntities } from '../../fixtures/site.ts';

const SHIPPED = [
  { id: '010-a', cedar: 'permit (principal, action, resource);' },
  { id: '020-b', cedar: 'forbid (principal, action, resource);' },
];
const policy = (id: string, cedar: string, enabled = true): PolicyItem => ({
  type: 'policy',
  document: { id, cedar },
  enabled,
});
const protection = (id: string, expiresAtMs: number): PolicyItem => ({
  type: 'protection',
  document: ProtectionSchema.parse({
    id,
    device: 'north:pump-3',
    resource: 'north:fhir',
    verbs: ['fhir:read'],
    approvedBy: 'Dr Amara Osei',
    approvedAt: timestamp(TEST_NOW_MS - DAY_MS),
    expiresAt: timestamp(expiresAtMs),
  }),
});
const given = { shipped: SHIPPED, anchors: { device: [], gateway: [], resource: [] }, nowMs: TEST_NOW_MS };

describe('compiling a bundle', () => {
  it('takes authored policies over shipped ones of the same id, and leaves out what is disabled', () => {
    const items = [policy('010-a', 'authored'), policy('020-b', 'x', false), policy('030-c', 'new')];
    expect(effectivePolicies(SHIPPED, items)).toEqual([
      { id: '010-a', cedar: 'authored' },
      { id: '030-c', cedar: 'new' },
    ]);
  });

  it('leaves out protections that have ended', () => {
    const items = [protection('north:over', TEST_NOW_MS), protection('north:running', TEST_NOW_MS + 1000)];
    const { protections } = compileBundle({ entities: [], items }, given);
    expect(protections.map(({ id }) => id)).toEqual(['north:running']);
  });

  it('gives the same bytes for the same content in any order, as the contract has it', () => {
    const entities = Object.values(testEntities());
    const items = [policy('b', 'x'), policy('a', 'y')];
    const one = compileBundle({ entities, items }, given);
    const other = compileBundle({ entities: entities.toReversed(), items: items.toReversed() }, given);
    expect(canonicalDigest(one)).toBe(canonicalDigest(other));
    expect(BundleContentSchema.parse(one)).toEqual(one);
  });
});
