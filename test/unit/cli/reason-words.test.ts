import { describe, expect, it } from 'vitest';
import { reasonInWords } from '../../../cli/reason-words.ts';

describe('reasons in words', () => {
  it.each([
    ['subject-quarantined', 'The subject is quarantined.'],
    ['object-not-admitted', 'The object has not been admitted.'],
    ['environment-certificate-expired', 'The gateway has a certificate that has ended.'],
    ['device-unassessed', 'The terminal has not been assessed.'],
    ['hub-foreign-site', 'A hub on the way belongs to another site.'],
    ['device-missing', 'A person is judged together with a known terminal, and none was named.'],
    ['level-insufficient', expect.stringContaining('trust level')],
  ])('%s', (code, words) => {
    expect(reasonInWords(code)).toEqual(words);
  });

  it('shows a code that has no words as it is', () => {
    expect(reasonInWords('something-new')).toBe('something-new');
    expect(reasonInWords('subject-something-new')).toBe('subject-something-new');
  });
});
