import { describe, expect, it } from 'vitest';
import { mergeObligations, parseObligations, sessionLimitSeconds } from '../../../core/policy/obligations.ts';

const parsed = (text: string) => {
  const result = parseObligations(text);
  return result.ok ? result.value : result.code;
};

describe('obligations', () => {
  it('are codes with named whole numbers', () => {
    expect(parsed('alarm, session-limit(seconds=28800)')).toEqual([
      { code: 'alarm' },
      { code: 'session-limit', parameters: { seconds: 28_800 } },
    ]);
    expect(parsed('rate(messages=10;perSeconds=60)')).toEqual([
      { code: 'rate', parameters: { messages: 10, perSeconds: 60 } },
    ]);
  });

  it('are refused in any other form', () => {
    for (const text of ['', 'Alarm', 'a,,b', 'limit()', 'limit(x)', 'limit(x=-1)', 'limit(x=1.5)', 'limit(x=1']) {
      expect(parsed(text), text).toBe('policy-obligation-malformed');
    }
  });

  it('of several permits are each there once, in one order', () => {
    const [first, second] = [[{ code: 'review' }, { code: 'alarm' }], [{ code: 'alarm' }]];
    expect(mergeObligations([first, second])).toEqual([{ code: 'alarm' }, { code: 'review' }]);
    expect(mergeObligations([second, first])).toEqual(mergeObligations([first, second]));
  });

  it('limit a session by the shortest limit', () => {
    const limit = (seconds: number) => ({ code: 'session-limit', parameters: { seconds } });
    expect(sessionLimitSeconds([limit(3600), limit(60), { code: 'alarm' }])).toBe(60);
    expect(sessionLimitSeconds([{ code: 'alarm' }])).toBeNull();
  });
});
