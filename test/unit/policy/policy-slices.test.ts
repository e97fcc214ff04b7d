import { describe, expect, it } from 'vitest';
import { actionOf } from '../../../core/policy/actions/action-table.ts';
import { compilePolicies } from '../../../core/policy/compile-policies.ts';
import type { Side } from '../../../core/policy/policy-scope.ts';
import { PolicySlices } from '../../../core/policy/policy-slices.ts';
import { PreparsedPolicySet } from '../../../core/policy/preparsed-policy-set.ts';

const side = (type: string, id: string, ...within: string[]): Side => {
  const key = `Vitalgate::${type}/${id}`;
  return { type: `Vitalgate::${type}`, key, within: new Set([key, ...within.map((parent) => `Vitalgate::${parent}`)]) };
};
const pump = side('Device', 'north:pump-3', 'Group/north:icu');
const fhir = side('Resource', 'north:fhir', 'Zone/north:clinical');
const read = actionOf('fhir:read');
if (read === undefined) throw new Error('fhir:read is in the table');

const slicesOf = (texts: Record<string, string>): PolicySlices => {
  const compiled = compilePolicies(Object.entries(texts).map(([id, cedar]) => ({ id, cedar })));
  if (!compiled.ok) throw new Error(compiled.message);
  return new PolicySlices(compiled.value);
};
const idsFor = (scope: string): string[] =>
  slicesOf({ one: `permit (${scope});` })
    .select(pump, read, fhir)
    .policies.map(({ id }) => id);

describe('a slice', () => {
  it.each([
    'principal, action, resource',
    'principal == Vitalgate::Device::"north:pump-3", action, resource',
    'principal in Vitalgate::Group::"north:icu", action, resource',
    'principal in Vitalgate::Device::"north:pump-3", action, resource',
    'principal is Vitalgate::Device in Vitalgate::Group::"north:icu", action, resource',
    'principal, action == Vitalgate::Action::"fhir:read", resource',
    'principal, action in Vitalgate::Action::"clinical", resource',
    'principal, action in [Vitalgate::Action::"hl7", Vitalgate::Action::"fhir"], resource',
    'principal, action, resource in Vitalgate::Zone::"north:clinical"',
  ])('has the policy whose scope holds: %s', (scope) => {
    expect(idsFor(scope)).toEqual(['one']);
  });

  it.each([
    'principal == Vitalgate::Device::"north:pump-4", action, resource',
    'principal in Vitalgate::Group::"north:lab", action, resource',
    'principal is Vitalgate::User, action, resource',
    'principal is Vitalgate::Device in Vitalgate::Group::"north:lab", action, resource',
    'principal, action == Vitalgate::Action::"fhir:create", resource',
    'principal, action in [Vitalgate::Action::"hl7"], resource',
    'principal, action == Other::Action::"fhir:read", resource',
    'principal, action, resource is Vitalgate::Device',
    'principal, action, resource == Vitalgate::Resource::"north:other"',
  ])('leaves out the policy whose scope cannot hold: %s', (scope) => {
    expect(idsFor(scope)).toEqual([]);
  });

  it('is the same for requests that the same policies can matter to', () => {
    const slices = slicesOf({
      one: 'permit (principal, action, resource);',
      two: 'forbid (principal in Vitalgate::Group::"north:lab", action, resource);',
    });
    const monitor = side('Device', 'north:monitor-1');
    expect(slices.select(pump, read, fhir)).toBe(slices.select(monitor, read, fhir));
  });

  it('is made again when it had to give way to others', () => {
    const texts = Array.from({ length: 300 }, (_, index) => [
      `p${index}`,
      `permit (principal == Vitalgate::Device::"north:d-${index}", action, resource);`,
    ]);
    const slices = slicesOf(Object.fromEntries(texts));
    for (const round of [1, 2]) {
      for (let index = 0; index < 300; index += 1) {
        const id = `north:d-${index}`;
        const answer = slices.select(side('Device', id), read, fhir).authorize({
          principal: { type: 'Vitalgate::Device', id },
          action: { type: 'Vitalgate::Action', id: 'fhir:read' },
          resource: { type: 'Vitalgate::Resource', id: 'north:fhir' },
          context: {},
          entities: [],
        });
        expect(answer.determining, `round ${round}`).toEqual([`p${index}`]);
      }
    }
    slices.release();
  });

  it('works again after it was released', () => {
    const slices = slicesOf({ one: 'permit (principal, action, resource);' });
    const request = {
      principal: { type: 'Vitalgate::Device', id: 'north:pump-3' },
      action: { type: 'Vitalgate::Action', id: 'fhir:read' },
      resource: { type: 'Vitalgate::Resource', id: 'north:fhir' },
      context: {},
      entities: [],
    };
    const slice = slices.select(pump, read, fhir);
    expect(slice.authorize(request).allowed).toBe(true);
    slices.release();
    expect(slice.authorize(request).allowed).toBe(true);
  });
});

describe('a preparsed set', () => {
  const open = [{ id: 'open', cedar: 'permit (principal, action, resource);' }];
  const request = {
    principal: { type: 'A', id: '1' },
    action: { type: 'Action', id: 'x' },
    resource: { type: 'B', id: '2' },
    context: {},
    entities: [],
  };

  it('does not see another’s policies, even when it takes over a released name', () => {
    const first = new PreparsedPolicySet(open);
    const other = new PreparsedPolicySet([{ id: 'shut', cedar: 'forbid (principal, action, resource);' }]);
    expect(first.authorize(request)).toEqual({ allowed: true, determining: ['open'], failed: [] });
    expect(other.authorize(request)).toEqual({ allowed: false, determining: ['shut'], failed: [] });
    first.release();
    const next = new PreparsedPolicySet([]);
    expect(next.authorize(request).allowed).toBe(false);
    expect(other.authorize(request).allowed).toBe(false);
    for (const set of [other, next]) set.release();
  });

  it('is of no use once released, and may be released twice', () => {
    const set = new PreparsedPolicySet(open);
    set.release();
    set.release();
    expect(() => set.authorize(request)).toThrow('ERR_POLICY_SET_RELEASED');
  });

  it('refuses what cannot be read', () => {
    expect(() => new PreparsedPolicySet([{ id: 'x', cedar: 'nonsense' }])).toThrow('ERR_POLICY_SET_INVALID');
  });
});
