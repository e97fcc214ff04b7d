import { describe, expect, it } from 'vitest';
import { entityId, timestamp } from '../../../core/contracts/identifiers.ts';
import { type LifecycleState, LifecycleStateSchema } from '../../../core/contracts/levels.ts';
import { TrustStateSchema } from '../../../core/contracts/trust.ts';
import { canonicalDigest } from '../../../core/signing/digest.ts';
import type { TrustFacts } from '../../../core/trust/facts.ts';
import {
  BOOTS,
  evaluate,
  findingOf,
  fullEvidence,
  GOOD_FACTS,
  HOUR,
  MINUTE,
  malware,
  NOW_MS,
  statement,
} from '../../fixtures/trust-samples.ts';

const factsBut = (over: Partial<TrustFacts>): TrustFacts => ({ ...GOOD_FACTS, ...over });

describe('a first evaluation', () => {
  it('gives level 3 to an enrolled device with a bound certificate and a fresh posture of grade A', () => {
    expect(evaluate()).toMatchObject({ level: 3, unmetCriteria: [], rising: null });
  });

  it('gives remediation only to a device that nobody has looked at', () => {
    expect(evaluate({ evidence: [] })).toMatchObject({ level: 1 });
    expect(evaluate({ evidence: [] }).reasons).toContain('not-assessed');
  });

  it('still gives level 3 at once when an evaluation without posture came before', () => {
    const before = evaluate({ evidence: [], facts: factsBut({ state: 'registered', certificateBound: false }) });
    expect(before.level).toBe(0);
    expect(evaluate({ previous: before, nowMs: NOW_MS + 1000 }).level).toBe(3);
  });

  it('happens once: evidence that gets lost, or was bad before, opens no way around the dwell', () => {
    const fallen = evaluate({ evidence: [malware()] });
    const lost = evaluate({ previous: fallen, evidence: [], nowMs: NOW_MS + 1000 });
    expect(evaluate({ previous: lost, nowMs: NOW_MS + 2000 }).level).toBe(0);
    const adverse = statement({ source: 'enrolment', factor: 'identity', positiveMilli: 0, negativeMilli: 90_000 });
    expect(evaluate({ previous: evaluate({ evidence: [adverse] }), nowMs: NOW_MS + 1000 }).level).toBe(0);
  });

  it('never gives level 4, whatever is shown', () => {
    const state = evaluate({ evidence: fullEvidence() });
    expect(state).toMatchObject({ level: 3, rising: { level: 4, since: timestamp(NOW_MS) } });
  });

  it('stands at the base rate, below every threshold, when nothing is known', () => {
    const state = evaluate({ evidence: [], facts: factsBut({ certificateBound: false }) });
    expect(state.score).toBeLessThanOrEqual(30);
    expect(state.level).toBe(0);
  });
});

describe('criteria', () => {
  it.each<[string, Partial<TrustFacts>, string, number]>([
    ['a certificate that is not bound', { certificateBound: false }, 'certificate-bound', 0],
    ['a revocation', { revoked: true }, 'not-revoked', 0],
    ['a missing owner', { owned: false }, 'owned', 1],
    ['an exploited vulnerability', { exploitedVulnerabilities: 1 }, 'no-exploited-vulnerability', 2],
    ['a known compromise', { compromised: true }, 'no-compromise', 1],
  ])('%s holds the level down, however good the rest', (_, facts, criterion, ceiling) => {
    const state = evaluate({ facts: factsBut(facts), evidence: fullEvidence() });
    expect(state.unmetCriteria).toEqual([criterion]);
    expect(state.level).toBe(ceiling);
  });

  it.each<[LifecycleState, number]>([
    ['registered', 0],
    ['enrolled', 3],
    ['assessed', 3],
    ['admitted', 3],
    ['restricted', 3],
    ['quarantined', 1],
    ['retired', 0],
  ])('the state %s allows level %i', (state, level) => {
    expect(evaluate({ facts: factsBut({ state }) }).level).toBe(level);
  });

  it('knows every state of the lifecycle', () => {
    for (const state of LifecycleStateSchema.options)
      expect(() => evaluate({ facts: factsBut({ state }) })).not.toThrow();
  });

  it('takes a critical finding for a compromise, of whatever source', () => {
    const rumour = statement({
      source: 'correlation',
      factor: 'context',
      positiveMilli: 0,
      findings: [findingOf('spreading-chain', 'critical')],
    });
    const state = evaluate({ evidence: [...fullEvidence(), rumour] });
    expect(state).toMatchObject({ level: 1, unmetCriteria: ['no-compromise'] });
    expect(state.reasons.slice(0, 2)).toEqual(['compromise-found', 'spreading-chain']);
  });
});

describe('a fall', () => {
  it('is immediate: malware takes level 3 to level 0 in the same evaluation', () => {
    const previous = evaluate();
    const state = evaluate({ previous, evidence: [statement(), malware({ atMs: NOW_MS + 1 })], nowMs: NOW_MS + 1 });
    expect(state).toMatchObject({ level: 0, levelSince: timestamp(NOW_MS + 1), rising: null });
    expect(state.unmetCriteria).toEqual(['no-compromise']);
  });

  it('is not bought back by a perfect rest', () => {
    const bad = statement({ positiveMilli: 300, negativeMilli: 10_000 });
    const state = evaluate({ evidence: [...fullEvidence().slice(1), bad] });
    expect(state.level).toBeLessThanOrEqual(1);
  });

  it('follows from bad behaviour, however good posture and identity are', () => {
    const strange = statement({
      source: 'behaviour-analyzer',
      factor: 'behaviour',
      positiveMilli: 0,
      negativeMilli: 9_000,
    });
    expect(evaluate({ evidence: [statement(), strange] }).level).toBe(1);
  });

  it('comes with silence', () => {
    const at = (nowMs: number) => evaluate({ previous: evaluate(), nowMs }).level;
    expect([0, HOUR, 90 * MINUTE, 4 * HOUR].map((ms) => at(NOW_MS + ms))).toEqual([3, 3, 2, 1]);
  });
});

describe('a rise', () => {
  it('goes one step at a time, each after its dwell', () => {
    let state = evaluate({ evidence: [malware()] });
    const steps: string[] = [];
    for (let minute = 1; minute <= 20; minute += 1) {
      const nowMs = NOW_MS + minute * MINUTE;
      state = evaluate({ previous: state, evidence: [statement({ seq: 2 + minute, atMs: nowMs })], nowMs });
      steps.push(`${state.level}${state.rising === null ? '' : '+'}`);
    }
    expect(steps.join(' ')).toBe('0+ 1+ 1+ 1+ 1+ 1+ 2+ 2+ 2+ 2+ 2+ 2+ 2+ 2+ 2+ 2+ 3 3 3 3');
  });

  it('begins its dwell again after a relapse: on-off behaviour never gets there', () => {
    let state = evaluate({ evidence: [malware()] });
    let best = 0;
    for (let minute = 1; minute <= 240; minute += 1) {
      const nowMs = NOW_MS + minute * MINUTE;
      const over = { seq: 2 + minute, atMs: nowMs };
      state = evaluate({ previous: state, evidence: [minute % 6 === 0 ? malware(over) : statement(over)], nowMs });
      best = Math.max(best, state.level);
    }
    expect(best).toBeLessThanOrEqual(1);
  });

  it('to level 4 takes a day of good evidence of every kind', () => {
    let state = evaluate({ evidence: fullEvidence() });
    for (let hour = 1; hour <= 24; hour += 1) {
      expect(state.level).toBe(3);
      const nowMs = NOW_MS + hour * HOUR;
      state = evaluate({ previous: state, evidence: fullEvidence(nowMs), nowMs });
    }
    expect(state.level).toBe(4);
  });
});

describe('evidence', () => {
  it('of a source that may not vouch for a factor counts for nothing', () => {
    const before = evaluate();
    const boast = statement({ factor: 'behaviour', positiveMilli: 100_000 });
    expect(evaluate({ evidence: [statement(), boast] }).score).toBe(before.score);
  });

  it('about somebody else counts for nothing', () => {
    const foreign = malware({ subject: { kind: 'device', id: entityId('north:pump-4') } });
    expect(evaluate({ evidence: [statement(), foreign] })).toEqual(evaluate());
  });

  it('in a flood buys no more than a hundred observations', () => {
    const flood = (positiveMilli: number) =>
      evaluate({ evidence: [statement({ positiveMilli, negativeMilli: 9_000 })] });
    expect(flood(1_000_000_000).score).toBe(flood(100_000).score);
  });

  it('is superseded by the same source only', () => {
    const bad = statement({ negativeMilli: 20_000, positiveMilli: 0 });
    const other = statement({ source: 'posture-gateway', seq: 9, atMs: NOW_MS + 1000, positiveMilli: 18_000 });
    const same = statement({ seq: 2, atMs: NOW_MS + 1000 });
    expect(evaluate({ evidence: [bad, other] }).level).toBeLessThan(3);
    expect(evaluate({ evidence: [bad, same] }).level).toBe(3);
  });

  it('that only the cloud renews is held while the cloud is away; a subject’s own silence is not', () => {
    const nowMs = NOW_MS + 24 * HOUR;
    const evidence = [
      statement({ source: 'behaviour-analyzer', factor: 'behaviour', positiveMilli: 18_000 }),
      statement(),
    ];
    const expectation = (factor: string, sources: ('behaviour-analyzer' | 'posture-agent')[]) =>
      evaluate({
        evidence,
        nowMs,
        pausedSources: sources.map((source) => ({ source, sinceMs: NOW_MS })),
      }).contributions.find((one) => one.factor === factor)?.positiveMilli;
    expect(expectation('behaviour', [])).toBe(281);
    expect(expectation('behaviour', ['behaviour-analyzer'])).toBe(18_000);
    expect(expectation('posture', ['posture-agent'])).toBe(0);
  });
});

describe('the state', () => {
  it('is what its schema says, under a digest of all else', () => {
    for (const evidence of [[], [statement()], [malware()], fullEvidence()]) {
      const { digest, ...body } = TrustStateSchema.parse(evaluate({ evidence }));
      expect(digest).toBe(canonicalDigest(body));
    }
  });

  it('keeps levelSince while the level stays', () => {
    const next = evaluate({ previous: evaluate(), nowMs: NOW_MS + MINUTE });
    expect(next).toMatchObject({ level: 3, levelSince: timestamp(NOW_MS) });
  });

  it('says what holds the level down, the weightiest first', () => {
    const { reasons } = evaluate({ evidence: [malware()], facts: factsBut({ owned: false }) });
    expect(reasons).toEqual([
      'owner-missing',
      'compromise-found',
      'malware-file-trojan',
      'fingerprint-unproven',
      'posture-adverse',
      'behaviour-unproven',
      'history-unproven',
      'context-unproven',
    ]);
  });

  it('is valid until decay takes the level away, to the second', () => {
    const state = evaluate();
    const endMs = Date.parse(state.validUntil);
    expect(endMs).toBeGreaterThan(NOW_MS);
    expect(evaluate({ previous: state, nowMs: endMs - 1000 }).level).toBe(3);
    expect(evaluate({ previous: state, nowMs: endMs }).level).toBe(2);
  });

  it('is valid until a dwell ends', () => {
    const fallen = evaluate({ evidence: [malware()] });
    const rising = evaluate({ previous: fallen, evidence: [statement({ seq: 3 })], nowMs: NOW_MS + 1 });
    expect(rising.validUntil).toBe(timestamp(NOW_MS + 1 + MINUTE));
  });

  it('is valid for a day at most, and to the end of all timestamps', () => {
    expect(evaluate({ evidence: [malware()] }).validUntil).toBe(timestamp(NOW_MS + 24 * HOUR));
    expect(() => evaluate({ nowMs: Date.UTC(9999, 11, 31) })).not.toThrow();
  });

  it.each([
    ['user', [], 3],
    ['gateway', [statement({ source: 'posture-gateway', positiveMilli: 18_000 })], 3],
    ['resource', [statement({ source: 'posture-gateway', positiveMilli: 18_000 })], 3],
    ['application', [], 1],
    ['resource', [], 1],
  ] as const)('of a %s with evidence %j is of level %i', (kind, evidence, level) => {
    const subject = { kind, id: entityId('north:pump-3') } as const;
    expect(evaluate({ subject, evidence: evidence.map((one) => ({ ...one, subject })) }).level).toBe(level);
  });

  it('comes out the same for a boot that only differs by name', () => {
    expect(evaluate({ evidence: [statement({ bootId: BOOTS[1] })] })).toEqual(evaluate());
  });
});
