import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessRequest } from '../../core/contracts/access.ts';
import { type EntityRef, refKey, timestamp } from '../../core/contracts/identifiers.ts';
import {
  type DeviationBand,
  type FreshnessBand,
  FreshnessBandSchema,
  type LifecycleState,
  type PostureGrade,
} from '../../core/contracts/levels.ts';
import type { SubjectState } from '../../core/contracts/site-state.ts';
import { DEVIATION_RANK, FRESHNESS_RANK, POSTURE_RANK } from '../../core/policy/ranks.ts';
import { judgeSession } from '../../core/session/judge-session.ts';
import type { Session } from '../../core/session/session.ts';
import {
  anyCircumstances,
  anyConditions,
  anyRequest,
  anyState,
  OBJECTS,
  SUBJECTS,
  worldWith,
} from '../fixtures/decision-arbitraries.ts';
import { atLevel, NOON_MS, ref, thumbprintOf } from '../fixtures/decision-world.ts';

const GATEWAY = ref('gateway', 'gw-1');

const partiesOf = (request: AccessRequest): EntityRef[] => [
  ...SUBJECTS.filter(({ kind, id }) => kind === request.subject.type && id === request.subject.id),
  ...OBJECTS.filter(({ kind, id }) => kind === request.resource.type && id === request.resource.id),
  GATEWAY,
];

/** One respect in which a state can become worse. */
type Worsening = (state: SubjectState) => SubjectState;

const lower = fc.nat(4).map(
  (to): Worsening =>
    (state) => ({
      ...state,
      trust:
        state.trust === null || state.trust.level <= to ? state.trust : atLevel(state.ref, to as 0 | 1 | 2 | 3 | 4),
    }),
);
const grade = fc.constantFrom<PostureGrade>('B', 'C', 'D', 'E', 'F').map(
  (to): Worsening =>
    (state) =>
      POSTURE_RANK[to] < POSTURE_RANK[state.posture?.grade ?? 'unknown']
        ? { ...state, posture: { grade: to, assessedAt: timestamp(NOON_MS) } }
        : state,
);
const deviation = fc.constantFrom<DeviationBand>('elevated', 'high', 'critical').map(
  (to): Worsening =>
    (state) =>
      DEVIATION_RANK[to] > DEVIATION_RANK[state.deviationBand] ? { ...state, deviationBand: to } : state,
);
const FALL: Partial<Record<LifecycleState, readonly LifecycleState[]>> = {
  admitted: ['restricted', 'quarantined', 'retired'],
  restricted: ['quarantined', 'retired'],
  quarantined: ['retired'],
};
const lifecycle = fc.nat(2).map(
  (step): Worsening =>
    (state) => ({ ...state, state: FALL[state.state]?.[step] ?? state.state }),
);
const certificate = fc.constant<Worsening>((state) => ({
  ...state,
  certificates: state.certificates.map((held) => ({ ...held, status: 'revoked' as const })),
}));
const forgotten = fc.constant<Worsening>((state) => ({ ...state, trust: null }));
const anyWorsening = fc.oneof(lower, grade, deviation, lifecycle, certificate, forgotten);

describe('access is never widened', () => {
  it('by less trust, worse posture, more deviation, a fall in the lifecycle, a lost certificate', () => {
    fc.assert(
      fc.property(
        anyConditions,
        anyRequest,
        anyCircumstances,
        fc.array(anyWorsening, { minLength: 1, maxLength: 3 }),
        fc.nat(2),
        (conditions, request, facts, worsenings, which) => {
          const world = worldWith(conditions);
          const before = world.decider.decide(request, facts).decision;
          const parties = partiesOf(request);
          const party = parties[which % parties.length] ?? GATEWAY;
          const held = world.state.subject(party);
          fc.pre(held !== undefined);
          world.state.put(
            party,
            worsenings.reduce((state, worsen) => worsen(state), held),
          );
          const after = world.decider.decide(request, facts).decision;
          expect(before || !after).toBe(true);
          world.decider.close();
        },
      ),
      { numRuns: 200 },
    );
  });

  it('by an older head, for what is not yet open', () => {
    fc.assert(
      fc.property(
        anyConditions,
        anyRequest,
        anyCircumstances,
        fc.constantFrom(...FreshnessBandSchema.options),
        (conditions, request, facts, older: FreshnessBand) => {
          fc.pre(FRESHNESS_RANK[older] < FRESHNESS_RANK[facts.freshness]);
          const { decider } = worldWith(conditions);
          const before = decider.decide(request, facts).decision;
          const after = decider.decide(request, { ...facts, freshness: older }).decision;
          expect(before || !after).toBe(true);
          decider.close();
        },
      ),
      { numRuns: 200 },
    );
  });

  it('by an older or weaker authentication', () => {
    fc.assert(
      fc.property(
        anyConditions,
        anyRequest,
        anyCircumstances,
        fc.constantFrom(1000, 3600_000, 86_400_000),
        (conditions, request, facts, olderMs) => {
          fc.pre(facts.authentication !== null && request.subject.type === 'user');
          const { acr = 'none', authenticatedAtMs = 0 } = facts.authentication ?? {};
          fc.pre(authenticatedAtMs <= facts.nowMs);
          const { decider } = worldWith(conditions);
          const before = decider.decide(request, facts).decision;
          const older = { ...facts, authentication: { acr, authenticatedAtMs: authenticatedAtMs - olderMs } };
          const weaker = { ...facts, authentication: { acr: 'password', authenticatedAtMs } };
          for (const worse of [older, weaker]) expect(before || !decider.decide(request, worse).decision).toBe(true);
          decider.close();
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a revoked session never runs on', () => {
  const device = ref('device', 'pump-3');
  const session: Session = {
    id: '6f1d3a34-65c7-4c3e-8a94-0d6f2f6b3a01',
    subject: device,
    device: null,
    object: ref('resource', 'fhir'),
    verb: 'tcp:connect',
    direction: 'outbound',
    thumbprint: thumbprintOf(device),
    openedAtMs: NOON_MS - 60_000,
    deadlineMs: NOON_MS,
    policies: [],
  };
  const REVOCATIONS: Readonly<Record<string, Worsening>> = {
    'its certificate is revoked': (state) => ({
      ...state,
      certificates: state.certificates.map((held) => ({ ...held, status: 'revoked' as const })),
    }),
    'its certificate is no longer listed': (state) => ({ ...state, certificates: [] }),
    'it is quarantined': (state) => ({ ...state, state: 'quarantined' }),
    'it is retired': (state) => ({ ...state, state: 'retired' }),
    'its trust is gone': (state) => ({ ...state, trust: atLevel(device, 0) }),
  };

  for (const [cause, revoke] of Object.entries(REVOCATIONS)) {
    it(`when ${cause}, whatever else is the case, by any policy, with break-glass or without`, () => {
      fc.assert(
        fc.property(
          anyConditions,
          anyState(device),
          anyCircumstances,
          fc.boolean(),
          (conditions, state, facts, open) => {
            const policies = [{ id: 'open', cedar: 'permit (principal, action, resource);' }];
            const forbid = {
              id: 'level',
              cedar: '@reason("level") forbid (principal, action, resource) when { context.accessLevel < 1 };',
            };
            const world = worldWith(conditions, open ? { policies: [...policies, forbid] } : {});
            world.state.put(device, revoke(state));
            const { decider, view } = world;
            const judgement = judgeSession({ session, decider, view, environment: { ...facts, established: true } });
            expect(judgement.action).toBe('cut');
            expect(judgement.reasons.length).toBeGreaterThan(0);
            decider.close();
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it('and an access by someone nobody assessed is never allowed, even by a policy that permits everything', () => {
    fc.assert(
      fc.property(anyRequest, anyCircumstances, (request, facts) => {
        const { decider, state } = worldWith([], {
          policies: [{ id: 'open', cedar: 'permit (principal, action, resource);' }],
        });
        const [subject] = partiesOf(request);
        fc.pre(subject !== undefined && subject.kind !== 'user' && refKey(subject) !== refKey(GATEWAY));
        state.remove(subject);
        expect(decider.decide(request, facts).decision).toBe(false);
        decider.close();
      }),
      { numRuns: 100 },
    );
  });
});
