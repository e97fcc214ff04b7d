import { describe, expect, it } from 'vitest';
import type { GeneralName } from '../../../core/identity/distinguished-name.ts';
import { withinConstraints } from '../../../core/identity/name-constraints.ts';

const EMPTY_SUBJECT = '3000';
const uri = (value: string): GeneralName => ({ type: 'uri', value });
const dns = (value: string): GeneralName => ({ type: 'dns', value });
const ip = (...octets: number[]): GeneralName => ({ type: 'ip', value: Buffer.from(octets).toString('hex') });
const permits = (base: GeneralName, name: GeneralName) =>
  withinConstraints({ subject: EMPTY_SUBJECT, alternativeNames: [name] }, { permitted: [base], excluded: [] });
const excludes = (base: GeneralName, name: GeneralName) =>
  !withinConstraints({ subject: EMPTY_SUBJECT, alternativeNames: [name] }, { permitted: [], excluded: [base] });

describe('name constraints', () => {
  it.each<[string, GeneralName, GeneralName, boolean]>([
    ['a URI of the host', uri('vitalgate'), uri('spiffe://vitalgate/site/north/device/a'), true],
    ['a URI of another host', uri('vitalgate'), uri('spiffe://elsewhere/site/north/device/a'), false],
    ['a URI whose user looks like the host', uri('vitalgate'), uri('spiffe://vitalgate@elsewhere/x'), false],
    ['a URI without a host', uri('vitalgate'), uri('urn:vitalgate'), false],
    ['a URI of a host below', uri('.example.org'), uri('https://a.example.org/'), true],
    ['a URI of the very host, where hosts below are meant', uri('.example.org'), uri('https://example.org/'), false],
    ['a host below', dns('example.org'), dns('a.example.org'), true],
    ['the host itself', dns('example.org'), dns('EXAMPLE.org'), true],
    ['a host that only ends alike', dns('example.org'), dns('badexample.org'), false],
    ['an address in the network', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(10, 9, 8, 7), true],
    ['an address outside it', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(11, 9, 8, 7), false],
    ['an address of the other family', ip(10, 0, 0, 0, 255, 0, 0, 0), ip(...new Array(16).fill(0)), false],
    ['a name of a type nobody constrains', dns('example.org'), uri('spiffe://vitalgate/x'), true],
  ])('permit or exclude %s', (_, base, name, within) => {
    expect(permits(base, name)).toBe(within);
    expect(excludes(base, name)).toBe(within && base.type === name.type);
  });

  it('refuse what cannot be compared', () => {
    const email: GeneralName = { type: 'email', value: 'a@example.org' };
    expect(permits(email, email)).toBe(false);
    expect(excludes(email, { type: 'email', value: 'b@elsewhere.org' })).toBe(true);
  });

  it('hold the subject under a permitted directory name', () => {
    const name = (...parts: string[]) =>
      `30${(parts.join('').length / 2).toString(16).padStart(2, '0')}${parts.join('')}`;
    const [one, two] = ['310b3009060355040a0c024142', '310b300906035504030c024344'];
    const base: GeneralName = { type: 'directory', value: name(one) };
    const under = (subject: string) =>
      withinConstraints({ subject, alternativeNames: [] }, { permitted: [base], excluded: [] });
    expect(under(name(one, two))).toBe(true);
    expect(under(name(two))).toBe(false);
  });
});
