import { preparsePolicySet, preparseSchema, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cedarRequest } from '../../core/decision/cedar-request.ts';
import { verbCriterion } from '../../core/decision/criteria/verb.ts';
import { Evaluator } from '../../core/decision/evaluator.ts';
import { Horizon } from '../../core/decision/horizon.ts';
import { PartyFinder } from '../../core/decision/party.ts';
import { describeSituation } from '../../core/decision/situation.ts';
import { compilePolicies } from '../../core/policy/compile-policies.ts';
import { SCHEMA_TEXT } from '../../core/policy/schema.ts';
import { anyCircumstances, anyConditions, anyRequest, worldWith } from '../fixtures/decision-arbitraries.ts';
import { DEFAULT_POLICIES } from '../fixtures/decision-world.ts';

/** Policies that name particular entities, besides the default set: slicing must get these right too. */
const PARTICULAR = [
  [
    'p1',
    'permit (principal == Vitalgate::Device::"north:pump-3", action, resource == Vitalgate::Resource::"north:fhir");',
  ],
  ['p2', 'permit (principal in Vitalgate::Device::"north:hub-1", action, resource is Vitalgate::Resource);'],
  [
    'p3',
    'permit (principal is Vitalgate::Device in Vitalgate::Ward::"north:lab", action in Vitalgate::Action::"hl7", resource);',
  ],
  [
    'p4',
    'permit (principal in Vitalgate::Role::"nurse", action == Vitalgate::Action::"fhir:read", resource in Vitalgate::Zone::"north:clinical");',
  ],
  ['f1', '@reason("own") forbid (principal, action, resource) when { principal == resource };'],
  ['f2', 'permit (principal, action, resource) when { context.subject == context.object };'],
  [
    'f3',
    '@reason("guest") forbid (principal, action, resource in Vitalgate::Group::"north:office") unless { context has device && context.device.category == "workstation" };',
  ],
].map(([id, cedar]) => ({ id: id ?? '', cedar: cedar ?? '' }));

const POLICIES = [...DEFAULT_POLICIES, ...PARTICULAR];

beforeAll(() => {
  preparsePolicySet('whole', { staticPolicies: Object.fromEntries(POLICIES.map(({ id, cedar }) => [id, cedar])) });
  preparseSchema('whole', SCHEMA_TEXT);
});

describe('slicing', () => {
  it('gives the answer that all policies give to the whole request under the schema', () => {
    const compiled = compilePolicies(POLICIES);
    if (!compiled.ok) throw new Error(compiled.message);
    const evaluator = new Evaluator(compiled.value);
    fc.assert(
      fc.property(anyConditions, anyRequest, anyCircumstances, (conditions, request, facts) => {
        const { view } = worldWith(conditions);
        const finder = new PartyFinder(view, facts.nowMs, new Horizon(facts.nowMs));
        const situation = describeSituation(request, facts, { view, finder, timeBand: 'day' });
        const asked = evaluator.slice(situation);
        if (asked === null) return;
        if (verbCriterion(situation).length > 0) return;
        const whole = statefulIsAuthorized({
          ...cedarRequest(situation, asked.participants, null),
          preparsedPolicySetId: 'whole',
          preparsedSchemaName: 'whole',
          validateRequest: true,
        });
        if (whole.type === 'failure') throw new Error(JSON.stringify(whole.errors));
        const sliced = evaluator.judgePolicies(situation);
        expect(sliced.allowed).toBe(whole.response.decision === 'allow');
        expect(whole.response.diagnostics.errors).toEqual([]);
        expect(sliced.policies).toEqual(
          whole.response.diagnostics.reason.toSorted((left, right) => (left < right ? -1 : 1)),
        );
      }),
      { numRuns: 250 },
    );
  });
});
