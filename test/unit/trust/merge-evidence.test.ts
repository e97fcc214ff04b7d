import { describe, expect, it } from 'vitest';
import { clearFinding, mergeEvidence } from '../../../core/trust/merge-evidence.ts';
import { BOOTS, evaluate, findingOf, HOUR, MINUTE, malware, NOW_MS, statement } from '../../fixtures/trust-samples.ts';

const PERSON = { person: 'Dr Li', reason: 'a file of our own test' };

describe('mergeEvidence', () => {
  it('keeps one statement a source and factor', () => {
    const behaviour = statement({ source: 'behaviour-analyzer', factor: 'behaviour' });
    const { evidence, changed } = mergeEvidence([statement()], [statement({ seq: 2 }), behaviour]);
    expect(changed).toBe(true);
    expect(evidence.map(({ source, seq }) => `${source}/${seq}`)).toEqual(['behaviour-analyzer/1', 'posture-agent/2']);
  });

  it('says that nothing changed when it has seen it all', () => {
    const held = [statement({ seq: 2 })];
    expect(mergeEvidence(held, held)).toEqual({ evidence: held, changed: false });
    expect(mergeEvidence(held, statement())).toEqual({ evidence: held, changed: false });
  });

  it('goes by seq inside a boot and by time between boots', () => {
    const first = statement({ seq: 9 });
    const rebooted = statement({ bootId: BOOTS[1], seq: 0, atMs: NOW_MS + 1 });
    const before = statement({ bootId: BOOTS[1], seq: 70, atMs: NOW_MS - 1 });
    expect(mergeEvidence([first], rebooted).evidence).toEqual([rebooted]);
    expect(mergeEvidence([first], before).evidence).toEqual([first]);
  });

  it('takes the more restrictive of two readings of one statement', () => {
    const mild = statement();
    const strict = statement({ negativeMilli: 5000 });
    expect(mergeEvidence([mild], strict).evidence).toEqual([strict]);
    expect(mergeEvidence([strict], mild)).toEqual({ evidence: [strict], changed: false });
  });
});

describe('clearFinding', () => {
  const cleared = (evidence = [malware()]) => {
    const result = clearFinding(evidence, 'malware-file-trojan', PERSON);
    return result.ok ? result.value : [];
  };

  it('takes the finding and what it weighed', () => {
    expect(cleared()[0]).toMatchObject({ findings: [], negativeMilli: 0, positiveMilli: 0 });
  });

  it('leaves the weight of what is not cleared', () => {
    const findings = [findingOf('malware-file-trojan', 'critical'), findingOf('port-remote-shell', 'high')];
    expect(cleared([malware({ findings, negativeMilli: 1_005_000 })])[0]).toMatchObject({ negativeMilli: 5000 });
  });

  it('stands against a second delivery of what it cleared, and yields to what the source says next', () => {
    expect(mergeEvidence(cleared(), malware()).evidence).toEqual(cleared());
    const again = malware({ seq: 3, atMs: NOW_MS + MINUTE });
    expect(mergeEvidence(cleared(), again).evidence).toEqual([again]);
  });

  it('redeems what waiting does not, and even then by steps', () => {
    const fallen = evaluate({ evidence: [malware()] });
    const year = 365 * 24 * HOUR;
    expect(evaluate({ previous: fallen, evidence: [malware()], nowMs: NOW_MS + year }).level).toBe(0);
    const after = evaluate({ previous: fallen, evidence: cleared(), nowMs: NOW_MS + MINUTE });
    expect(after).toMatchObject({ level: 0, unmetCriteria: [], rising: { level: 1 } });
  });

  it.each([
    [{ person: ' ', reason: 'x' }, 'clearance-incomplete'],
    [{ person: 'Dr Li', reason: '' }, 'clearance-incomplete'],
  ])('refuses a clearance by %j', (clearance, code) => {
    expect(clearFinding([malware()], 'malware-file-trojan', clearance)).toMatchObject({ ok: false, code });
  });

  it('refuses a finding that nobody reported', () => {
    expect(clearFinding([malware()], 'malware-file-worm', PERSON)).toMatchObject({
      ok: false,
      code: 'finding-unknown',
    });
  });
});
