import { describe, expect, it } from 'vitest';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import type { EnvironmentFacts } from '../../../core/decision/environment-facts.ts';
import { judgeSession } from '../../../core/session/judge-session.ts';
import type { Session } from '../../../core/session/session.ts';
import {
  ask,
  atLevel,
  atWorkstation,
  circumstances,
  createWorld,
  healthy,
  NOON_MS,
  protectionFor,
  ref,
  thumbprintOf,
  WORLD_ENTITIES,
  type World,
} from '../../fixtures/decision-world.ts';
import { session } from '../../fixtures/sessions.ts';

const HOUR_MS = 3600_000;
const pump = ref('device', 'pump-3');
const judged = ({ decider, view }: World, one: Session = session('a'), changes: Partial<EnvironmentFacts> = {}) =>
  judgeSession({ session: one, decider, view, environment: circumstances({ stage: 'connection', ...changes }) });
const protectedWorld = (changes: Parameters<typeof protectionFor>[3] = {}) =>
  createWorld({ protections: [protectionFor('pump-3', 'fhir', ['fhir:create'], changes)] });

describe('an open session', () => {
  it('is kept while it would be allowed, until the decision must be looked at again', () => {
    const world = createWorld();
    const { action, reasons, deadlineMs, decision } = judged(world);
    expect(action).toBe('keep');
    expect(reasons).toEqual([]);
    expect(deadlineMs).toBe(Date.parse(decision.context.validUntil ?? ''));
    expect(deadlineMs).toBeGreaterThan(NOON_MS);
  });

  it('is judged as an established one, of its own age', () => {
    const world = createWorld();
    const billing = session('b', {
      subject: ref('application', 'emr'),
      object: ref('resource', 'billing'),
      thumbprint: thumbprintOf(ref('application', 'emr')),
    });
    expect(
      world.decider.decide(ask(billing.subject, billing.verb, billing.object), circumstances({ freshness: 'isolated' }))
        .decision,
    ).toBe(false);
    expect(judged(world, billing, { freshness: 'isolated' }).action).toBe('keep');
  });

  it('is cut at once when trust, lifecycle, owner or policy no longer allow it', () => {
    const causes: Record<string, (world: World) => void> = {
      'level-insufficient': ({ state }) => state.put(pump, { trust: atLevel(pump, 2) }),
      'subject-quarantined': ({ state }) => state.put(pump, { state: 'quarantined' }),
      'object-retired': ({ state }) => state.put(ref('resource', 'fhir'), { state: 'retired' }),
      'subject-unowned': ({ state }) => state.withdraw('owner', pump.id),
      'no-policy-permits': ({ state }) => state.withdraw('policy', '010-device-reaches-what-serves-it'),
    };
    for (const [reason, happen] of Object.entries(causes)) {
      const world = createWorld();
      expect(judged(world).action).toBe('keep');
      happen(world);
      expect(judged(world)).toMatchObject({ action: 'cut', reasons: [reason], protection: null, deadlineMs: NOON_MS });
    }
  });

  it('is cut when the certificate it was opened with is gone, even if its holder has another', () => {
    const world = createWorld();
    const [held] = healthy(pump).certificates;
    if (held === undefined) throw new Error('the pump has a certificate');
    const other = { ...held, thumbprint: 'b'.repeat(64) };
    world.state.put(pump, { certificates: [other, { ...held, status: 'revoked' }] });
    expect(judged(world)).toMatchObject({ action: 'cut', reasons: ['certificate-revoked'] });
    world.state.put(pump, { certificates: [other] });
    expect(judged(world)).toMatchObject({ action: 'cut', reasons: ['certificate-unlisted'] });
    world.state.put(pump, { certificates: [other, { ...held, notAfter: timestamp(NOON_MS) }] });
    expect(judged(world)).toMatchObject({ action: 'cut', reasons: ['certificate-expired'] });
    world.state.put(pump, { certificates: [other, { ...held, notAfter: timestamp(NOON_MS + 5_000) }] });
    expect(judged(world)).toMatchObject({ action: 'keep', deadlineMs: NOON_MS + 5_000 });
  });

  it('of a person stands on the certificate of the terminal, of a child on that of its hub', () => {
    const world = createWorld();
    const workstation = ref('device', 'workstation-1');
    const nurse = session('n', {
      subject: ref('user', 'nurse-ada'),
      device: workstation,
      thumbprint: thumbprintOf(workstation),
    });
    const facts = { ...atWorkstation('aal2', 60) };
    expect(judged(world, nurse, facts).action).toBe('keep');
    expect(judged(world, { ...nurse, thumbprint: 'c'.repeat(64) }, facts).reasons).toEqual(['certificate-unlisted']);
    const child = session('s', {
      subject: ref('device', 'sensor-1'),
      thumbprint: thumbprintOf(ref('device', 'hub-1')),
    });
    expect(judged(world, child).action).toBe('keep');
  });

  it('ends when it has lived as long as its policy says', () => {
    const world = createWorld();
    const workstation = ref('device', 'workstation-1');
    const nurse = session('n', {
      subject: ref('user', 'nurse-ada'),
      device: workstation,
      thumbprint: thumbprintOf(workstation),
      openedAtMs: NOON_MS - 8 * HOUR_MS + 4_000,
    });
    expect(judged(world, nurse, atWorkstation('aal2', 50))).toMatchObject({
      action: 'keep',
      deadlineMs: NOON_MS + 4_000,
    });
    const older = { ...nurse, openedAtMs: NOON_MS - 8 * HOUR_MS };
    expect(judged(world, older, atWorkstation('aal2', 60))).toMatchObject({
      action: 'cut',
      reasons: ['session-limit'],
    });
  });

  it('has a limit by its traffic where policy says none: care has none, business a shift', () => {
    const world = createWorld();
    expect(judged(world, session('a', { openedAtMs: NOON_MS - 30 * 24 * HOUR_MS })).action).toBe('keep');
    const emr = ref('application', 'emr');
    const billing = session('b', {
      subject: emr,
      object: ref('resource', 'billing'),
      thumbprint: thumbprintOf(emr),
      openedAtMs: NOON_MS - 8 * HOUR_MS,
    });
    expect(judged(world, billing)).toMatchObject({ action: 'cut', reasons: ['session-limit'] });
  });
});

describe('a protected session', () => {
  it('is kept with an alarm instead of being cut, for every cause a machine can find', () => {
    const causes: ((world: World) => void)[] = [
      ({ state }) => state.put(pump, { trust: atLevel(pump, 0) }),
      ({ state }) => state.put(pump, { state: 'quarantined' }),
      ({ state }) => state.put(pump, { certificates: [] }),
      ({ state }) => state.put(pump, { deviationBand: 'critical' }),
      ({ state }) => state.put(ref('resource', 'fhir'), { state: 'retired' }),
      ({ state }) => state.withdraw('policy', '010-device-reaches-what-serves-it'),
    ];
    for (const happen of causes) {
      const world = protectedWorld();
      happen(world);
      const { action, reasons, protection, deadlineMs } = judged(world);
      expect(action).toBe('alarm');
      expect(reasons.length).toBeGreaterThan(0);
      expect(protection).toBe('north:protection-pump-3');
      expect(deadlineMs).toBeGreaterThan(NOON_MS);
    }
  });

  it('is judged as any other while nothing is wrong', () => {
    expect(judged(protectedWorld())).toMatchObject({ action: 'keep', protection: null });
  });

  it('is protected for its verbs and the connection they need, and for no other verb', () => {
    const world = protectedWorld();
    world.state.put(pump, { trust: atLevel(pump, 1) });
    expect(judged(world, session('a', { verb: 'fhir:create' })).action).toBe('alarm');
    expect(judged(world, session('a', { verb: 'fhir:read' })).action).toBe('cut');
  });

  it('protects no other session of the same device', () => {
    const world = protectedWorld();
    world.state.put(pump, { trust: atLevel(pump, 0) });
    expect(judged(world, session('b', { object: ref('resource', 'telemetry') })).action).toBe('cut');
  });

  it('of plain TCP is protected only when the protection names the connection itself', () => {
    const world = (verbs: string[]) => {
      const made = createWorld({ protections: [protectionFor('pump-3', 'telemetry', verbs)] });
      made.state.put(pump, { trust: atLevel(pump, 0) });
      return made;
    };
    const telemetry = session('t', { object: ref('resource', 'telemetry') });
    expect(judged(world(['hl7:ORU^R01']), telemetry).action).toBe('cut');
    expect(judged(world(['tcp:connect']), telemetry).action).toBe('alarm');
  });

  it('is protected in the other direction too', () => {
    const world = createWorld({ protections: [protectionFor('pump-3', 'emr', ['device:*'])] });
    world.state.put(pump, { trust: atLevel(pump, 0) });
    const emr = ref('application', 'emr');
    const inbound = session('i', { subject: emr, object: pump, direction: 'inbound', thumbprint: thumbprintOf(emr) });
    expect(judged(world, inbound).action).toBe('alarm');
  });

  it('loses its protection by expiry, before approval, by withdrawal, and with its clinical owner', () => {
    const lapsed = WORLD_ENTITIES.map((entity) =>
      entity.id === pump.id && entity.owners !== null
        ? { ...entity, owners: { ...entity.owners, clinical: { name: 'Dr Gone', expiresAt: timestamp(NOON_MS) } } }
        : entity,
    );
    const worlds = [
      protectedWorld({ expiresAt: timestamp(NOON_MS) }),
      protectedWorld({ approvedAt: timestamp(NOON_MS + 1) }),
      protectedWorld(),
      protectedWorld(),
      createWorld({ protections: [protectionFor('pump-3', 'fhir', ['fhir:create'])], entities: lapsed }),
    ];
    worlds[2]?.state.withdraw('protection', 'north:protection-pump-3');
    worlds[3]?.state.withdraw('owner', pump.id);
    for (const world of worlds) {
      world.state.put(pump, { trust: atLevel(pump, 0) });
      expect(judged(world).action).toBe('cut');
    }
  });

  it('is judged again when its protection ends', () => {
    const world = protectedWorld({ expiresAt: timestamp(NOON_MS + 3_000) });
    world.state.put(pump, { state: 'quarantined' });
    expect(judged(world).deadlineMs).toBe(NOON_MS + 3_000);
  });

  it('runs on without alarm while nothing is wrong but the age of the head, and with one after 72 hours', () => {
    const world = protectedWorld();
    world.state.put(pump, { state: 'restricted' });
    const verbs = session('a', { verb: 'fhir:read' });
    expect(judged(world, verbs).action).toBe('keep');
    const kept = createWorld({ protections: [protectionFor('pump-3', 'fhir', ['fhir:read'])] });
    kept.state.put(pump, { state: 'restricted' });
    expect(judged(kept, verbs, { freshness: 'isolated' })).toMatchObject({
      action: 'keep',
      reasons: ['identity-unconfirmed'],
    });
    expect(judged(kept, verbs, { freshness: 'expired' })).toMatchObject({
      action: 'alarm',
      reasons: ['break-glass-required'],
    });
  });
});
