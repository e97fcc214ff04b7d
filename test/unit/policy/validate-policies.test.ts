import { describe, expect, it } from 'vitest';
import { validatePolicies } from '../../../core/policy/validate-policies.ts';
import { DEFAULT_POLICIES } from '../../fixtures/decision-world.ts';

const issuesOf = (cedar: string, id = 'p-1') =>
  validatePolicies([{ id, cedar }]).issues.map(({ code, line }) => ({ code, line }));
const codesOf = (cedar: string, id = 'p-1') => issuesOf(cedar, id).map(({ code }) => code);
const SCOPE = 'permit (principal is Vitalgate::Device, action, resource is Vitalgate::Resource)';

describe('the default policies', () => {
  it('are valid', () => {
    expect(validatePolicies(DEFAULT_POLICIES)).toEqual({ valid: true, issues: [] });
  });

  it('are numbered, and each says its id and its advice', () => {
    expect(DEFAULT_POLICIES.length).toBeGreaterThan(20);
    for (const { id, cedar } of DEFAULT_POLICIES) {
      expect(id).toMatch(/^\d{3}-[a-z0-9-]+$/);
      expect(cedar).toContain(`@id("${id}")`);
      expect(cedar).toContain('@advice("');
    }
  });
});

describe('a policy set is refused', () => {
  it('when a policy cannot be read, with the line', () => {
    expect(issuesOf('permit (principal,\n action,\n resourc);')).toEqual([{ code: 'policy-syntax', line: 3 }]);
  });

  it('when there are several policies in one text', () => {
    expect(codesOf(`${SCOPE};\n${SCOPE};`)).toEqual(['policy-syntax']);
  });

  it('when a policy is a template', () => {
    expect(codesOf('permit (principal == ?principal, action, resource);')).toEqual(['policy-template']);
  });

  it('when it names an action, an attribute or a type that is not in the schema, with the line', () => {
    expect(codesOf('permit (principal, action == Vitalgate::Action::"fhir:reed", resource);')).toEqual([
      'policy-schema',
    ]);
    expect(issuesOf(`${SCOPE}\nwhen {\n  resource.colour == "red" };`)).toEqual([{ code: 'policy-schema', line: 3 }]);
    expect(codesOf('permit (principal is Vitalgate::Robot, action, resource);')).toContain('policy-schema');
  });

  it('when it compares what cannot be compared', () => {
    expect(codesOf(`${SCOPE} when { context.accessLevel >= "high" };`)).toEqual(['policy-schema']);
  });

  it('when it can apply to no request at all, which Cedar itself only warns of', () => {
    expect(
      codesOf('permit (principal is Vitalgate::Device, action == Vitalgate::Action::"device:reset", resource);'),
    ).toEqual(['policy-never-applies']);
    expect(codesOf(`${SCOPE} when { 1 == 2 };`)).toEqual(['policy-never-applies']);
  });

  it('when it shows a reader something else than it says', () => {
    expect(codesOf(`${SCOPE} when { resource.category == "fhіr" };`)).toEqual(['policy-confusable']);
  });

  it('when a number is beyond 2^53 - 1, on either side, with the line', () => {
    expect(issuesOf(`${SCOPE}\nwhen { context.accessLevel < 9007199254740992 };`)).toEqual([
      { code: 'policy-long-range', line: 2 },
    ]);
    expect(codesOf(`${SCOPE} when { context.accessLevel > -9007199254740993 };`)).toEqual(['policy-long-range']);
    expect(codesOf(`${SCOPE} when { context.accessLevel < 9007199254740991 };`)).toEqual([]);
  });

  it('when a forbid says no reason, or one that is not a code', () => {
    expect(codesOf('forbid (principal, action, resource);')).toEqual(['policy-reason-missing']);
    expect(codesOf('@reason("Because!") forbid (principal, action, resource);')).toEqual(['policy-reason-malformed']);
  });

  it('when an annotation is unknown, an obligation malformed, or obliges a denial', () => {
    expect(codesOf(`@owner("me") ${SCOPE};`)).toEqual(['policy-annotation-unknown']);
    expect(codesOf(`@obligation("session-limit(28800)") ${SCOPE};`)).toEqual(['policy-obligation-malformed']);
    expect(codesOf('@reason("no") @obligation("alarm") forbid (principal, action, resource);')).toEqual([
      'policy-obligation-on-forbid',
    ]);
  });

  it('when ids are malformed, twice the same, or not what the policy says', () => {
    expect(codesOf(`${SCOPE};`, 'Not An Id')).toEqual(['policy-id-malformed']);
    expect(codesOf(`@id("p-2") ${SCOPE};`)).toEqual(['policy-id-mismatch']);
    const twice = [1, 2].map(() => ({ id: 'p-1', cedar: `${SCOPE};` }));
    expect(validatePolicies(twice).issues.map(({ code }) => code)).toEqual(['policy-id-duplicate']);
  });

  it('naming every policy that is wrong, in the order given', () => {
    const broken = ['c', 'a', 'b'].map((id) => ({ id, cedar: id === 'a' ? `${SCOPE};` : 'nonsense' }));
    expect(validatePolicies(broken).issues.map(({ policyId }) => policyId)).toEqual(['c', 'b']);
  });
});
