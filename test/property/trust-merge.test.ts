import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearFinding, mergeEvidence } from '../../core/trust/merge-evidence.ts';
import { evaluate } from '../fixtures/trust-samples.ts';
import { anyStatement, mostlyGoodFacts } from './trust-arbitraries.ts';

const statements = fc.array(anyStatement, { maxLength: 30 });

describe('mergeEvidence', () => {
  it('comes to the same in any order of arrival', () => {
    fc.assert(
      fc.property(statements, statements, (left, right) => {
        const ascending = mergeEvidence(mergeEvidence([], left).evidence, right).evidence;
        const descending = mergeEvidence(mergeEvidence([], right.toReversed()).evidence, left.toReversed()).evidence;
        expect(descending).toEqual(ascending);
      }),
    );
  });

  it('changes nothing when it hears again what it holds', () => {
    fc.assert(
      fc.property(statements, (heard) => {
        const { evidence } = mergeEvidence([], heard);
        expect(mergeEvidence(evidence, heard)).toEqual({ evidence, changed: false });
      }),
    );
  });

  it('holds one statement a source and factor, and only what was said', () => {
    fc.assert(
      fc.property(statements, (heard) => {
        const { evidence } = mergeEvidence([], heard);
        expect(new Set(evidence.map(({ source, factor }) => `${source}/${factor}`)).size).toBe(evidence.length);
        for (const one of evidence) expect(heard).toContainEqual(one);
      }),
    );
  });
});

describe('clearFinding', () => {
  it('never makes evidence worse, adds nothing good, and never gives a level without its dwell', () => {
    fc.assert(
      fc.property(statements, mostlyGoodFacts, (heard, facts) => {
        const { evidence } = mergeEvidence([], heard);
        const code = evidence.flatMap(({ findings }) => findings)[0]?.code ?? 'none';
        const result = clearFinding(evidence, code, { person: 'Li', reason: 'looked at' });
        if (!result.ok) return;
        const before = evaluate({ evidence, facts });
        expect(evaluate({ evidence: result.value, facts, previous: before }).level).toBe(before.level);
        for (const [index, one] of result.value.entries()) {
          expect(one.negativeMilli).toBeLessThanOrEqual(evidence[index]?.negativeMilli ?? 0);
          expect(one.positiveMilli).toBe(evidence[index]?.positiveMilli);
        }
      }),
    );
  });
});
