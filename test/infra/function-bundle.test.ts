import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, bundleOf } from '../../infra/constructs/function-bundle.ts';

await bundleFunctions();

/** A megabyte, as the issue that laid the foundation asks. */
const MAX_CODE_BYTES = 1_000_000;
const DECIDE = ['admin-api', 'policy-administrator', 'policy-engine'];
const OTHERS = [
  'audit-writer',
  'certificate-authority',
  'enrolment',
  'gateway-authorizer',
  'group-policy',
  'outbox-relay',
  'posture-analyzer',
  'provisioning-hook',
  'session-recorder',
  'trust-evaluator',
];

describe.each([...DECIDE, ...OTHERS])('the bundle of %s', (name) => {
  it('stays under a megabyte of code', () => {
    expect(bundleOf(name).codeBytes).toBeLessThan(MAX_CODE_BYTES);
  });
});

describe('bundles', () => {
  it.each(DECIDE)('%s has the Cedar engine beside its code', (name) => {
    expect(existsSync(join(bundleOf(name).directory, 'cedar_wasm_bg.wasm'))).toBe(true);
  });

  it.each(OTHERS)('%s has nothing beside its code', (name) => {
    expect(bundleOf(name).assetBytes).toBe(0);
  });

  it.each(['admin-api', 'policy-administrator'])(
    '%s has the default policies in the order of their numbers',
    (name) => {
      const policies: { id: string }[] = JSON.parse(
        readFileSync(join(bundleOf(name).directory, 'default-policies.json'), 'utf8'),
      );
      const ids = policies.map(({ id }) => id);
      expect(ids[0]).toMatch(/^0\d\d-/);
      expect(ids).toEqual(ids.toSorted((one, other) => (one < other ? -1 : 1)));
    },
  );

  it('of a function that does not exist cannot be had', () => {
    expect(() => bundleOf('no-such-function')).toThrow(/no-such-function/);
  });
});
