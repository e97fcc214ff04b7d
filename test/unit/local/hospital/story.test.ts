import { describe, expect, it } from 'vitest';
import { Story } from '../../../../local/hospital/story.ts';

const AT = '2026-11-23T12:00:05.123Z';
const event = (name: string, fields: object = {}): string =>
  JSON.stringify({ at: AT, event: name, program: 'infusion-pump', id: 'north:pump-3', ...fields });

describe('the story of the hospital', () => {
  it('tells when something begins to work, and not that it goes on', () => {
    const story = new Story();
    expect(story.ofProgram(event('fhir-answered'))).toBe('12:00:05  pump-3        is served by the FHIR server');
    expect(story.ofProgram(event('fhir-answered'))).toBeUndefined();
  });

  it('tells a refusal with its reasons once, and the way back', () => {
    const story = new Story();
    const refusal = event('fhir-refused', { status: 403, code: 'access-denied', reasons: ['level-insufficient'] });
    story.ofProgram(event('fhir-answered'));
    expect(story.ofProgram(refusal)).toContain('is refused at FHIR: 403 access-denied level-insufficient');
    expect(story.ofProgram(refusal)).toBeUndefined();
    expect(story.ofProgram(event('fhir-answered'))).toContain('is served');
  });

  it('keeps one relation apart from another', () => {
    const story = new Story();
    expect(story.ofProgram(event('fhir-lost', { fault: 'ECONNRESET' }))).toContain('ECONNRESET');
    expect(story.ofProgram(event('line-connected'))).toContain('streams');
    expect(story.ofProgram(event('library-pushed', { device: 'pump-1', version: 1 }))).toContain('pump-1');
    expect(story.ofProgram(event('library-pushed', { device: 'pump-2', version: 1 }))).toContain('pump-2');
  });

  it('tells what the laptop came to', () => {
    const told = new Story().ofProgram(event('attempts-done', { refused: 11, answered: 0, unreachable: 1 }));
    expect(told).toContain('tried 12 ways in: 11 refused, 0 answered');
  });

  it('is silent on what no person needs, and on what is no event', () => {
    const story = new Story();
    for (const line of [event('interaction'), event('line-received'), 'not json', '{}', '[1]'])
      expect(story.ofProgram(line)).toBeUndefined();
    expect(story.ofAgent('pump-3', '{"at":"x","code":"report-sent","message":"m"}')).toBeUndefined();
  });

  it('tells of an agent that enrolled', () => {
    const line = JSON.stringify({
      at: AT,
      level: 'info',
      code: 'enrolled',
      message: 'The certificate was issued and stored.',
    });
    expect(new Story().ofAgent('pump-3', line)).toBe(
      '12:00:05  pump-3        agent: the certificate was issued and stored',
    );
  });
});
