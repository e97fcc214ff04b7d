import { describe, expect, it } from 'vitest';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import { createDecider } from '../../../core/decision/decider.ts';
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
const HOUR_MS = 3600_000;

describe('decide', () => {
  it('allows an admitted device at level what its ward is served with, and names the policy', () => {
    const { decision, context } = createWorld().decider.decide(ask(pump, 'fhir:create', fhir), circumstances());
    expect(decision).toBe(true);
    expect(context.policies).toEqual(['020-device-uses-fhir']);
    expect(context.reasons).toEqual([]);
    expect(context.bundleVersion).toBe(7);
  });

  it('denies with no-policy-permits when nothing permits and nothing forbids', () => {
    const { decider } = createWorld();
    const { decision, context } = decider.decide(ask(pump, 'dicom:C-STORE', fhir), circumstances());
    expect(decision).toBe(false);
    expect(context.reasons).toEqual(['no-policy-permits']);
  });

  it('gives the access the lowest of the three levels', () => {
    for (const lowest of [pump, fhir, ref('gateway', 'gw-1')]) {
      const { decider, state } = createWorld();
      state.put(lowest, { trust: atLevel(lowest, 2) });
      const { decision, context } = decider.decide(ask(pump, 'fhir:create', fhir), circumstances());
      expect(decision).toBe(false);
      expect(context.reasons).toEqual(['level-insufficient']);
      expect(context.policies).toEqual(['910-level-below-required']);
    }
  });

  it('judges a device at most as well as the hub it speaks through', () => {
    const { decider, state } = createWorld();
    const sensor = ref('device', 'sensor-1');
    expect(decider.decide(ask(sensor, 'fhir:create', fhir), circumstances()).decision).toBe(true);
    const hub = ref('device', 'hub-1');
    state.put(hub, { trust: atLevel(hub, 2) });
    expect(decider.decide(ask(sensor, 'fhir:create', fhir), circumstances()).context.reasons).toEqual([
      'level-insufficient',
    ]);
    state.put(hub, { state: 'quarantined' });
    expect(decider.decide(ask(sensor, 'fhir:create', fhir), circumstances()).context.reasons).toContain(
      'hub-quarantined',
    );
  });

  it('decides about a device that is its own object, behind a hub or not', () => {
    const { decider } = createWorld();
    for (const name of ['pump-3', 'sensor-1']) {
      const { context } = decider.decide(ask(ref('device', name), 'tcp:connect', ref('device', name)), circumstances());
      expect(context.reasons).toEqual(['no-policy-permits']);
    }
  });

  it('lets a restricted device keep the verbs of its category, and the connection for them', () => {
    const { decider, state } = createWorld();
    state.put(pump, { state: 'restricted' });
    const verdict = (verb: string) => decider.decide(ask(pump, verb, fhir), circumstances());
    expect(verdict('fhir:read').decision).toBe(true);
    expect(verdict('tcp:connect').decision).toBe(true);
    expect(verdict('fhir:create').context.reasons).toEqual(['verb-narrowed']);
  });

  it('narrows a restricted device of a category without a list to nothing', () => {
    const { decider, state } = createWorld();
    const monitor = ref('device', 'monitor-1');
    state.put(monitor, { state: 'restricted' });
    expect(decider.decide(ask(monitor, 'fhir:read', fhir), circumstances()).context.reasons).toEqual(['verb-narrowed']);
  });

  it('leaves a quarantined device the way to its cure and nothing else', () => {
    const { decider, state } = createWorld();
    state.put(pump, { state: 'quarantined', trust: atLevel(pump, 1), posture: null });
    const cure = ref('resource', 'cure');
    expect(decider.decide(ask(pump, 'http:GET', cure), circumstances()).decision).toBe(true);
    expect(decider.decide(ask(pump, 'http:DELETE', cure), circumstances()).decision).toBe(false);
    expect(decider.decide(ask(pump, 'fhir:read', fhir), circumstances()).context.reasons).toContain(
      'subject-quarantined',
    );
  });

  it('serves both directions: an application reaches a device of its ward, a stranger does not', () => {
    const { decider } = createWorld();
    const verdict = (name: string, verb: string) =>
      decider.decide(ask(ref('application', name), verb, pump), circumstances());
    expect(verdict('emr', 'tcp:connect').decision).toBe(true);
    expect(verdict('emr', 'device:push-drug-library').decision).toBe(true);
    expect(verdict('stranger', 'tcp:connect').context.reasons).toEqual(['no-policy-permits']);
  });

  it('denies a device that is accessed below its level, or is not admitted', () => {
    const { decider, state } = createWorld();
    const request = ask(ref('application', 'emr'), 'tcp:connect', pump);
    state.put(pump, { trust: atLevel(pump, 2) });
    expect(decider.decide(request, circumstances()).context.reasons).toEqual(['level-insufficient']);
    state.put(pump, { state: 'enrolled' });
    expect(decider.decide(request, circumstances()).context.reasons).toContain('object-not-admitted');
  });

  it('judges a person together with the terminal', () => {
    const { decider, state } = createWorld();
    const request = ask(ref('user', 'nurse-ada'), 'fhir:read', fhir);
    expect(decider.decide(request, circumstances(atWorkstation('aal2', 60))).decision).toBe(true);
    expect(
      decider.decide(request, circumstances({ ...atWorkstation('aal2', 60), device: null })).context.reasons,
    ).toContain('device-missing');
    const workstation = ref('device', 'workstation-1');
    state.put(workstation, { trust: atLevel(workstation, 1) });
    expect(decider.decide(request, circumstances(atWorkstation('aal2', 60))).context.reasons).toEqual([
      'level-insufficient',
    ]);
  });

  it('carries the obligations of the permits', () => {
    const { decider } = createWorld();
    const { context } = decider.decide(
      ask(ref('user', 'nurse-ada'), 'fhir:read', fhir),
      circumstances(atWorkstation('aal1', 60)),
    );
    expect(context.obligations).toEqual([{ code: 'session-limit', parameters: { seconds: 28_800 } }]);
  });

  it('says until when it holds: the first moment at which time alone changes something', () => {
    const { decider, state } = createWorld();
    const soon = timestamp(NOON_MS + 7_000);
    const certificate = state.subject(pump)?.certificates[0];
    if (certificate === undefined) throw new Error('the pump has a certificate');
    state.put(pump, { certificates: [{ ...certificate, notAfter: soon }] });
    expect(decider.decide(ask(pump, 'fhir:read', fhir), circumstances()).context.validUntil).toBe(soon);
  });

  it('does not trust the environment beyond level 2 in a zone nobody declared', () => {
    const { decider } = createWorld();
    const verdict = decider.decide(ask(pump, 'fhir:read', fhir), circumstances({ zone: 'car-park' }));
    expect(verdict.context.reasons).toEqual(['level-insufficient']);
  });

  it('keeps vendors to the day of the site, by its own clock on the wall', () => {
    const request = ask(ref('user', 'vendor-cy'), 'vendor:diagnose', pump);
    const facts = circumstances(atWorkstation('aal3', 60));
    expect(createWorld().decider.decide(request, facts).decision).toBe(true);
    const shanghai = createWorld({ timeZone: 'Asia/Shanghai' }).decider.decide(request, facts);
    expect(shanghai.context.reasons).toEqual(['outside-hours']);
  });
});

describe('decide never throws', () => {
  it('denies with decision-fault when the view crashes', () => {
    const { view } = createWorld();
    const decider = createDecider({
      ...view,
      policies: view.policies,
      state: () => {
        throw new Error('the disk is gone');
      },
    });
    const { decision, context } = decider.decide(ask(pump, 'fhir:read', fhir), circumstances());
    expect(decision).toBe(false);
    expect(context.reasons).toEqual(['decision-fault']);
    expect(decider.explain(ask(pump, 'fhir:read', fhir), circumstances()).context.reasons).toEqual(['decision-fault']);
  });

  it('denies everything when a policy cannot be read, and says so', () => {
    const { decider } = createWorld({ policies: [{ id: 'broken', cedar: 'permit (principal, action' }] });
    expect(decider.fault).toBe('policy-set-invalid');
    expect(decider.decide(ask(pump, 'fhir:read', fhir), circumstances()).context.reasons).toContain(
      'policy-set-invalid',
    );
  });

  it('denies when a policy that applies cannot be evaluated, rather than leave out what it forbids', () => {
    const policies = [
      { id: 'open', cedar: 'permit (principal, action, resource);' },
      { id: 'shut', cedar: '@reason("never") forbid (principal, action, resource) when { resource.nothing == 1 };' },
    ];
    const { decider } = createWorld({ policies });
    const { decision, context } = decider.decide(ask(pump, 'fhir:read', fhir), circumstances());
    expect(decision).toBe(false);
    expect(context.reasons).toEqual(['policy-fault']);
    expect(context.policies).toEqual(['shut']);
  });

  it('denies after it was closed', () => {
    const { decider } = createWorld();
    decider.close();
    expect(decider.decide(ask(pump, 'fhir:read', fhir), circumstances()).decision).toBe(false);
  });
});

describe('the memory of decisions', () => {
  it('gives the same answer object until something it rests on changes, and needs no notice of the change', () => {
    const { decider, state } = createWorld();
    const verdict = () => decider.decide(ask(pump, 'fhir:read', fhir), circumstances());
    const first = verdict();
    expect(verdict()).toBe(first);
    state.put(ref('device', 'monitor-1'), { state: 'retired' });
    expect(verdict()).toBe(first);
    state.put(pump, { state: 'retired' });
    expect(verdict().context.reasons).toContain('subject-retired');
  });

  it('forgets everything when a policy is withdrawn', () => {
    const { decider, state } = createWorld();
    const verdict = () => decider.decide(ask(pump, 'fhir:read', fhir), circumstances());
    expect(verdict().decision).toBe(true);
    state.withdraw('policy', '020-device-uses-fhir');
    expect(verdict().context.reasons).toEqual(['no-policy-permits']);
  });

  it('notices a withdrawn owner', () => {
    const { decider, state } = createWorld();
    const verdict = () => decider.decide(ask(pump, 'fhir:read', fhir), circumstances());
    expect(verdict().decision).toBe(true);
    state.withdraw('owner', fhir.id);
    expect(verdict().context.reasons).toEqual(['object-unowned']);
  });

  it('does not outlive the moment at which an owner, a certificate or the trust lapses', () => {
    const { decider } = createWorld();
    const at = (nowMs: number) => decider.decide(ask(pump, 'fhir:read', fhir), circumstances({ nowMs }));
    expect(at(NOON_MS).decision).toBe(true);
    expect(at(NOON_MS + 89 * 24 * HOUR_MS).context.reasons).toContain('subject-trust-expired');
    expect(at(NOON_MS + 91 * 24 * HOUR_MS).context.reasons).toContain('subject-certificate-expired');
    expect(at(NOON_MS + 366 * 24 * HOUR_MS).context.reasons).toContain('subject-unowned');
  });

  it('is not fooled by ids that contain what separates them', () => {
    const { decider } = createWorld();
    const odd = {
      subject: { type: 'device', id: 'north:pump-3","fhir:read' },
      action: { name: 'x' },
      resource: { type: 'resource', id: 'y' },
    };
    expect(decider.decide(odd, circumstances()).decision).toBe(false);
    expect(decider.decide(ask(pump, 'fhir:read', fhir), circumstances()).decision).toBe(true);
  });

  it('drops entries it is told about', () => {
    const { decider } = createWorld();
    const verdict = () => decider.decide(ask(pump, 'fhir:read', fhir), circumstances());
    const first = verdict();
    decider.onStateChanged([pump]);
    const second = verdict();
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
  });
});
