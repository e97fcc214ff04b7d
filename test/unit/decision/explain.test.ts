import { describe, expect, it } from 'vitest';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import {
  ask,
  atLevel,
  atWorkstation,
  circumstances,
  createWorld,
  NOON_MS,
  ref,
} from '../../fixtures/decision-world.ts';

const pump = ref('device', 'pump-3');
const fhir = ref('resource', 'fhir');
const nurse = ref('user', 'nurse-ada');

describe('step-up', () => {
  const verdict = (acr: string, ageSeconds: number, verb = 'fhir:create', object = fhir) =>
    createWorld().decider.decide(ask(nurse, verb, object), circumstances(atWorkstation(acr, ageSeconds))).context;

  it('asks for the weakest authentication that would do', () => {
    expect(verdict('aal1', 60).stepUp).toEqual({
      challenge: 'insufficient_user_authentication',
      acrValues: ['aal2', 'aal3'],
      maxAgeSeconds: 14_400,
    });
    expect(verdict('aal1', 60).reasons).toEqual(['authentication-insufficient']);
  });

  it('asks for a more recent one when the strength would do', () => {
    expect(verdict('aal2', 20_000).stepUp).toEqual({
      challenge: 'insufficient_user_authentication',
      acrValues: ['aal2', 'aal3'],
      maxAgeSeconds: 14_400,
    });
  });

  it('follows a forbid as well as a permit', () => {
    const { reasons, stepUp, policies } = verdict('aal1', 60, 'http:GET', ref('resource', 'records'));
    expect(reasons).toEqual(['authentication-insufficient']);
    expect(stepUp?.acrValues).toEqual(['aal2', 'aal3']);
    expect(stepUp?.maxAgeSeconds).toBe(3600);
    expect(policies).toEqual(['960-sensitive-data-needs-strong-authentication']);
  });

  it('is not offered when authentication is not what is missing', () => {
    expect(verdict('aal3', 0, 'dicom:C-STORE').stepUp).toBeUndefined();
    const { decider, state } = createWorld();
    state.put(fhir, { trust: atLevel(fhir, 1) });
    const denied = decider.decide(ask(nurse, 'fhir:create', fhir), circumstances(atWorkstation('aal1', 60)));
    expect(denied.context.stepUp).toBeUndefined();
  });

  it('is never offered to a machine', () => {
    const denied = createWorld().decider.decide(ask(pump, 'dicom:C-STORE', fhir), circumstances());
    expect(denied.context.stepUp).toBeUndefined();
  });

  it('does not believe an authentication of tomorrow, or an issuer’s own word for strong', () => {
    expect(verdict('aal3', -3600).stepUp?.acrValues).toEqual(['aal2', 'aal3']);
    expect(verdict('gold-standard', 60).stepUp?.acrValues).toEqual(['aal2', 'aal3']);
  });
});

describe('a counterfactual', () => {
  const explained = (world: ReturnType<typeof createWorld>, request = ask(pump, 'fhir:create', fhir), changes = {}) =>
    world.decider.explain(request, circumstances(changes)).context;

  it('names the forbidding clause and the smallest rise that would allow', () => {
    const world = createWorld();
    world.state.put(pump, { trust: atLevel(pump, 1) });
    const { counterfactual, reasons } = explained(world);
    expect(reasons).toEqual(['level-insufficient']);
    expect(counterfactual?.clause).toBe(
      '910-level-below-required: when { context.accessLevel < resource.requiredLevel }',
    );
    expect(counterfactual?.changes).toEqual([{ attribute: 'subject.trustLevel', from: 1, to: 3 }]);
  });

  it('names the clause of the nearest permit that does not hold', () => {
    const { counterfactual } = explained(
      createWorld(),
      ask(ref('application', 'stranger'), 'http:POST', ref('resource', 'billing')),
    );
    expect(counterfactual?.clause).toBe('055-application-uses-resource: when { principal in resource.groups }');
    expect(counterfactual?.changes).toEqual([
      { attribute: 'object.groups', from: ['icu', 'office'], to: ['icu', 'office', 'cafeteria'] },
    ]);
  });

  it('names the criterion when one is not met', () => {
    const world = createWorld();
    world.state.put(fhir, { trust: null });
    const { counterfactual } = explained(world);
    expect(counterfactual?.clause).toBe('criterion: object-unassessed');
    expect(counterfactual?.changes).toEqual([{ attribute: 'object.trustLevel', from: 0, to: 3 }]);
  });

  it('finds that several things must change, and no more than must', () => {
    const world = createWorld();
    world.state.put(pump, { trust: atLevel(pump, 2), posture: { grade: 'F', assessedAt: timestamp(NOON_MS) } });
    world.state.put(fhir, { state: 'assessed' });
    expect(explained(world).counterfactual?.changes).toEqual([
      { attribute: 'subject.trustLevel', from: 2, to: 3 },
      { attribute: 'subject.postureGrade', from: 'F', to: 'unknown' },
      { attribute: 'object.state', from: 'assessed', to: 'admitted' },
    ]);
  });

  it('says what authentication would do, and what role', () => {
    const weak = explained(createWorld(), ask(nurse, 'fhir:create', fhir), atWorkstation('aal1', 60));
    expect(weak.counterfactual?.changes).toEqual([{ attribute: 'authentication.acr', from: 'aal1', to: 'aal2' }]);
    const other = explained(createWorld(), ask(nurse, 'device:configure', pump), atWorkstation('aal2', 60));
    expect(other.counterfactual?.changes).toEqual([
      { attribute: 'subject.roles', from: ['nurse'], to: ['nurse', 'biomedical-engineer'] },
    ]);
  });

  it('says that a fresher head, or the verb kept for the category, would do', () => {
    expect(
      explained(createWorld(), ask(pump, 'fhir:create', fhir), { freshness: 'expired' }).counterfactual?.changes,
    ).toEqual([{ attribute: 'freshness', from: 'expired', to: 'isolated' }]);
    const world = createWorld();
    world.state.put(pump, { state: 'restricted' });
    const { counterfactual } = explained(world);
    expect(counterfactual?.clause).toContain('920-verb-narrowed: when { context.narrowed }');
    expect(counterfactual?.changes).toEqual([{ attribute: 'subject.state', from: 'restricted', to: 'admitted' }]);
  });

  it('offers no change when nothing that can change would allow', () => {
    const { counterfactual } = explained(createWorld(), ask(pump, 'dicom:C-STORE', fhir));
    expect(counterfactual?.changes).toEqual([]);
    expect(counterfactual?.clause).toContain('040-imaging-stores-and-fetches-worklist');
  });

  it('is not there when the access is allowed', () => {
    expect(explained(createWorld()).counterfactual).toBeUndefined();
  });
});
