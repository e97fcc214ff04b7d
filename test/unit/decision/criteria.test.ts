import { describe, expect, it } from 'vitest';
import type { Owner } from '../../../core/contracts/entities.ts';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import type { LifecycleState } from '../../../core/contracts/levels.ts';
import { CRITERIA, unmetCriteria } from '../../../core/decision/criteria/criteria.ts';
import type { Situation } from '../../../core/decision/situation.ts';
import {
  ask,
  circumstances,
  createWorld,
  healthy,
  NOON_MS,
  ref,
  WORLD_ENTITIES,
} from '../../fixtures/decision-world.ts';

const pump = ref('device', 'pump-3');
const fhir = ref('resource', 'fhir');
const OPEN = [{ id: 'open', cedar: 'permit (principal, action, resource);' }];
const openWorld = (options: Parameters<typeof createWorld>[0] = {}) => createWorld({ policies: OPEN, ...options });
const reasonsOf = (world: ReturnType<typeof openWorld>, subject = pump, verb = 'fhir:read', object = fhir) =>
  world.decider.decide(ask(subject, verb, object), circumstances()).context.reasons;

describe('no policy permits', () => {
  it('what this site does not know, or another site’s', () => {
    const world = openWorld();
    expect(reasonsOf(world, ref('device', 'nobody'))).toEqual(['subject-unknown']);
    expect(reasonsOf(world, pump, 'fhir:read', ref('resource', 'nothing'))).toEqual(['object-unknown']);
    const foreign = { kind: 'device' as const, id: 'south:pump-3' as typeof pump.id };
    expect(reasonsOf(world, foreign)).toEqual(['subject-foreign-site']);
  });

  it('types of subject and object that are not in the contract', () => {
    const { decider } = openWorld();
    const request = {
      subject: { type: 'robot', id: pump.id },
      action: { name: 'fhir:read' },
      resource: { type: 'gateway', id: 'north:gw-1' },
    };
    expect(decider.decide(request, circumstances()).context.reasons).toEqual(['subject-unknown', 'object-unknown']);
  });

  it('verbs outside the schema, or of another kind of subject or object', () => {
    const world = openWorld();
    expect(reasonsOf(world, pump, 'fhir:destroy')).toEqual(['verb-unknown']);
    expect(reasonsOf(world, pump, 'device:reset', ref('device', 'ct-1'))).toEqual(['verb-not-applicable']);
    expect(reasonsOf(world, pump, 'person:alert')).toEqual(['verb-not-applicable']);
  });

  it('an access without a gateway, or with an unknown one', () => {
    const { decider } = openWorld();
    const verdict = (gateway: typeof pump | null) =>
      decider.decide(ask(pump, 'fhir:read', fhir), circumstances({ gateway })).context.reasons;
    expect(verdict(null)).toEqual(['environment-unknown']);
    expect(verdict(ref('gateway', 'gw-9'))).toEqual(['environment-unknown']);
  });

  it.each<[LifecycleState, string]>([
    ['registered', 'not-admitted'],
    ['enrolled', 'not-admitted'],
    ['assessed', 'not-admitted'],
    ['quarantined', 'quarantined'],
    ['retired', 'retired'],
  ])('a subject, object or gateway that is %s', (state, code) => {
    for (const [one, part] of [
      [pump, 'subject'],
      [fhir, 'object'],
      [ref('gateway', 'gw-1'), 'environment'],
    ] as const) {
      const world = openWorld();
      world.state.put(one, { state });
      expect(reasonsOf(world)).toEqual([`${part}-${code}`]);
    }
  });

  it('a subject without a certificate in force', () => {
    const [held] = healthy(pump).certificates;
    if (held === undefined) throw new Error('the pump has a certificate');
    const verdict = (certificates: (typeof held)[]) => {
      const world = openWorld();
      world.state.put(pump, { certificates });
      return reasonsOf(world);
    };
    expect(verdict([])).toEqual(['subject-certificate-missing']);
    expect(verdict([{ ...held, status: 'revoked' }])).toEqual(['subject-certificate-revoked']);
    expect(verdict([{ ...held, notAfter: timestamp(NOON_MS) }])).toEqual(['subject-certificate-expired']);
    expect(verdict([{ ...held, status: 'revoked' }, held])).toEqual([]);
  });

  it('an object whose certificate is revoked; but one that never had one is not asked', () => {
    const world = openWorld();
    const [held] = healthy(fhir).certificates;
    world.state.put(fhir, { certificates: held === undefined ? [] : [{ ...held, status: 'revoked' }] });
    expect(reasonsOf(world)).toEqual(['object-certificate-revoked']);
    world.state.put(fhir, { certificates: [] });
    expect(reasonsOf(world)).toEqual([]);
  });

  it('a child of a hub without a certificate of its own is not asked for one', () => {
    const world = openWorld();
    world.state.put(ref('device', 'sensor-1'), { certificates: [] });
    expect(reasonsOf(world, ref('device', 'sensor-1'))).toEqual([]);
  });

  it('anyone unassessed', () => {
    for (const [one, part] of [
      [pump, 'subject'],
      [fhir, 'object'],
      [ref('gateway', 'gw-1'), 'environment'],
    ] as const) {
      const world = openWorld();
      world.state.put(one, { trust: null });
      expect(reasonsOf(world)).toEqual([`${part}-unassessed`]);
    }
  });

  it('anyone the control plane said nothing of', () => {
    const world = openWorld();
    world.state.remove(fhir);
    expect(reasonsOf(world)).toEqual(['object-unassessed']);
  });

  it('what nobody owns, or one of whose three owners has lapsed', () => {
    const lapsed: Owner = { name: 'Dr Gone', expiresAt: timestamp(NOON_MS) };
    for (const role of ['clinical', 'biomedical', 'security'] as const) {
      const entities = WORLD_ENTITIES.map((entity) =>
        entity.id === pump.id && entity.owners !== null
          ? { ...entity, owners: { ...entity.owners, [role]: lapsed } }
          : entity,
      );
      expect(reasonsOf(openWorld({ entities }))).toEqual(['subject-unowned']);
    }
    const unowned = WORLD_ENTITIES.map((entity) => (entity.id === fhir.id ? { ...entity, owners: null } : entity));
    expect(reasonsOf(openWorld({ entities: unowned }))).toEqual(['object-unowned']);
  });

  it('hubs in a circle, or a hub that is not there', () => {
    const behind = (name: string, hub: string) =>
      WORLD_ENTITIES.map((entity) =>
        entity.kind === 'device' && entity.id === `north:${name}`
          ? { ...entity, behind: ref('device', hub).id }
          : entity,
      );
    expect(reasonsOf(openWorld({ entities: behind('hub-1', 'sensor-1') }), ref('device', 'sensor-1'))).toEqual([]);
    expect(reasonsOf(openWorld({ entities: behind('sensor-1', 'hub-9') }), ref('device', 'sensor-1'))).toEqual([
      'hub-unknown',
    ]);
  });
});

describe('criteria', () => {
  it('give all their reasons, each once, in one order', () => {
    const world = openWorld();
    world.state.put(pump, { state: 'quarantined', certificates: [], trust: null });
    world.state.put(fhir, { state: 'registered' });
    const { context } = world.decider.decide(ask(pump, 'nonsense:x', fhir), circumstances({ freshness: 'expired' }));
    expect(context.reasons).toEqual([
      'verb-unknown',
      'subject-quarantined',
      'object-not-admitted',
      'subject-certificate-missing',
      'subject-unassessed',
      'freshness-closed',
    ]);
  });

  it('that crash have failed', () => {
    const crashing = () => {
      throw new Error('a bug');
    };
    expect(unmetCriteria({} as Situation, [crashing])).toEqual(['decision-fault']);
    expect(unmetCriteria({} as Situation, CRITERIA)).toEqual(['decision-fault']);
  });
});
