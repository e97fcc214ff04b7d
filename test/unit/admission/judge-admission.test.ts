import { describe, expect, it } from 'vitest';
import { type AdmissionInput, judgeAdmission } from '../../../core/admission/judge-admission.ts';
import { judgeBehind } from '../../../core/admission/judge-behind.ts';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import { LifecycleStateSchema, type PostureGrade } from '../../../core/contracts/levels.ts';
import type { TrustState } from '../../../core/contracts/trust.ts';
import { transition } from '../../../core/identity/lifecycle.ts';
import type { PostureAssessment } from '../../../core/posture/assessment.ts';
import { evaluate, malware, NOW_MS, statement } from '../../fixtures/trust-samples.ts';

const assessment = (grade: PostureGrade, compromised = false): PostureAssessment => {
  const evidence = statement();
  const { bootId, seq } = evidence;
  const assessedAt = timestamp(NOW_MS);
  return { grade, findings: [], assessedAt, position: { bootId, seq, reportedAt: assessedAt }, evidence, compromised };
};
const trustOf = (level: TrustState['level']): TrustState => ({ ...evaluate(), level });

const judge = (over: Partial<AdmissionInput> = {}) =>
  judgeAdmission({
    state: 'enrolled',
    trust: evaluate(),
    assessment: assessment('A'),
    criticality: 'therapy',
    hasProtection: false,
    ...over,
  });
const compromised = { trust: evaluate({ evidence: [malware()] }), assessment: assessment('F', true) };

describe('judgeAdmission', () => {
  it('admits an enrolled device through assessed', () => {
    expect(judge()).toEqual({ state: 'admitted', path: ['assessed', 'admitted'], reasons: ['trust-sufficient'] });
  });

  it('never skips assessed: without an assessment an enrolled device stays where it is', () => {
    expect(judge({ assessment: null })).toEqual({ state: 'enrolled', path: [], reasons: ['not-assessed'] });
  });

  it.each([0, 1, 2] as const)('restricts on level %i and proposes nothing', (level) => {
    expect(judge({ state: 'admitted', trust: trustOf(level) })).toEqual({
      state: 'restricted',
      path: ['restricted'],
      reasons: ['trust-insufficient'],
    });
  });

  it.each([3, 4] as const)('admits a restricted device again on level %i', (level) => {
    expect(judge({ state: 'restricted', trust: trustOf(level) }).path).toEqual(['admitted']);
  });

  it('changes nothing when nothing changed', () => {
    expect(judge({ state: 'admitted' })).toMatchObject({ state: 'admitted', path: [] });
  });

  it.each(['therapy', 'diagnostic', 'monitoring', 'administrative'] as const)(
    'quarantines a compromised device whose criticality is %s',
    (criticality) => {
      expect(judge({ ...compromised, state: 'admitted', criticality })).toEqual({
        state: 'quarantined',
        path: ['quarantined'],
        reasons: ['compromise-found'],
      });
    },
  );

  it('quarantines at a first assessment too, through assessed', () => {
    expect(judge(compromised).path).toEqual(['assessed', 'quarantined']);
  });

  it('restricts what sustains life, and leaves its quarantine to a person', () => {
    expect(judge({ ...compromised, state: 'admitted', criticality: 'life-sustaining' })).toEqual({
      state: 'restricted',
      path: ['restricted'],
      reasons: ['compromise-found', 'quarantine-needs-person'],
      propose: 'quarantine',
    });
  });

  it('takes either sign of compromise, of posture or of trust', () => {
    expect(judge({ assessment: assessment('F', true) }).state).toBe('quarantined');
    expect(judge({ trust: compromised.trust }).state).toBe('quarantined');
  });

  it('proposes quarantine for a posture that is untenable but no compromise', () => {
    const verdict = judge({ trust: trustOf(0), assessment: assessment('E') });
    expect(verdict).toMatchObject({ state: 'restricted', propose: 'quarantine' });
  });

  it('raises the alarm of a protected session whenever less than admitted comes out', () => {
    expect(judge({ ...compromised, hasProtection: true }).reasons).toContain('protected-session-alarm');
    expect(judge({ hasProtection: true }).reasons).not.toContain('protected-session-alarm');
  });

  it.each([
    ['registered', 'not-enrolled'],
    ['quarantined', 'quarantine-held'],
    ['retired', 'retired'],
  ] as const)('leaves %s to another door', (state, reason) => {
    expect(judge({ state })).toEqual({ state, path: [], reasons: [reason] });
    expect(judge({ ...compromised, state })).toEqual({ state, path: [], reasons: [reason] });
  });

  it('takes only steps of the lifecycle, from every state and for every verdict', () => {
    for (const state of LifecycleStateSchema.options) {
      for (const verdict of [{}, compromised, { trust: trustOf(0) }, { assessment: null }]) {
        let at = state;
        for (const next of judge({ ...verdict, state }).path) {
          expect(transition(at, next).ok).toBe(true);
          at = next;
        }
        expect(judge({ ...verdict, state }).state).toBe(at);
      }
    }
  });
});

describe('judgeBehind', () => {
  it('judges a child at most as well as its hub, and never better than itself', () => {
    expect(judgeBehind(3, 2)).toBe(2);
    expect(judgeBehind(1, 4)).toBe(1);
  });
  it('believes nothing of a child whose hub is unknown', () => expect(judgeBehind(4, null)).toBe(0));
});
