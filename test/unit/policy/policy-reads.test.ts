import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from 'vitest';
import { attributesRead, joinReads } from '../../../core/policy/policy-reads.ts';

function readsOf(condition: string): string[] | null {
  const answer = policyToJson(`permit (principal, action, resource) when { ${condition} };`);
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const names = attributesRead(answer.json);
  return names === null ? null : [...names].sort((left, right) => left.localeCompare(right));
}

describe('what a policy reads', () => {
  it.each([
    ['context.accessLevel >= resource.requiredLevel', ['accessLevel', 'requiredLevel']],
    ['context has device && context.device.category == "x"', ['category', 'device']],
    ['context has path.gateway', ['gateway', 'path']],
    ['context.subject.trustLevel > 2', ['subject', 'trustLevel']],
    ['if context.narrowed then false else ["a"].contains(principal.category)', ['category', 'narrowed']],
    ['principal in resource.groups', ['groups']],
    ['{ "x": context.accessLevel }.x == 3', ['accessLevel', 'x']],
    ['principal == resource', []],
  ])('%s', (condition, names) => {
    expect(readsOf(condition)).toEqual(names);
  });

  it('is everything as soon as a record is used as a whole', () => {
    for (const condition of [
      'context.subject == context.object',
      '[context.path].contains(context.path)',
      '(if true then context.subject else context.object).trustLevel == 1',
      'context == context',
    ]) {
      expect(readsOf(condition), condition).toBeNull();
    }
  });

  it('joins what several read', () => {
    expect(joinReads([new Set(['a']), new Set(['b'])])).toEqual(new Set(['a', 'b']));
    expect(joinReads([new Set(['a']), null])).toBeNull();
  });
});
