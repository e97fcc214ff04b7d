import type { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { entityRef } from '../../../core/contracts/identifiers.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { readCertificate } from '../../../core/identity/certificate-fields.ts';
import { readChildren, readElement } from '../../../core/identity/der.ts';
import { booleanValue, integerBytes, namedBits, objectIdentifier, timeMs } from '../../../core/identity/der-values.ts';
import { derElement } from '../../fixtures/der.ts';
import { createTestPki } from '../../fixtures/pki.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const time = (tag: number, text: string) => timeMs(readElement(derElement(tag, Buffer.from(text))));

describe('the DER reader', () => {
  it.each([
    ['an indefinite length', '30 80 00 00'],
    ['a long form where the short one does', '04 81 01 00'],
    ['a length with a leading zero', '04 82 00 80'],
    ['a length beyond its bytes', '04 05 00'],
    ['a missing length', '04'],
    ['a long tag', '1f 81 00 00'],
    ['bytes behind the element', '05 00 05 00'],
    ['nothing', ''],
  ])('refuses %s', (_, bytes) => {
    expect(() => readElement(hex(bytes))).toThrow(InvalidInputError);
  });

  it('reads what was written, to any length', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 }), (contents) => {
        const written = contents.map((content) => derElement(0x04, content));
        expect(readChildren(Buffer.concat(written)).map(({ content }) => Buffer.from(content))).toEqual(
          contents.map((content) => Buffer.from(content)),
        );
      }),
    );
  });

  it.each([
    ['an empty integer', () => integerBytes(readElement(hex('02 00')))],
    ['a padded integer', () => integerBytes(readElement(hex('02 02 00 7f')))],
    ['a boolean that is neither', () => booleanValue(readElement(hex('01 01 01')))],
    ['an object identifier that ends early', () => objectIdentifier(readElement(hex('06 02 2a 86')))],
    ['a padded object identifier', () => objectIdentifier(readElement(hex('06 03 2a 80 01')))],
    ['named bits with a trailing zero', () => namedBits(readElement(hex('03 02 00 80')))],
    ['a time without seconds', () => time(0x17, '2611231200Z')],
    ['a time with an offset', () => time(0x17, '261123120000+0100')],
    ['the 30th of February', () => time(0x17, '260230120000Z')],
    ['a generalized time before 2050', () => time(0x18, '20261123120000Z')],
  ])('refuses %s', (_, read) => {
    expect(read).toThrow(InvalidInputError);
  });

  it('reads object identifiers, bits and times', () => {
    expect(objectIdentifier(readElement(hex('06 08 2a 86 48 ce 3d 03 01 07')))).toBe('1.2.840.10045.3.1.7');
    expect(objectIdentifier(readElement(hex('06 03 88 37 03')))).toBe('2.999.3');
    expect([...namedBits(readElement(hex('03 02 01 06')))]).toEqual([5, 6]);
    expect(time(0x17, '491231235959Z')).toBe(Date.parse('2049-12-31T23:59:59Z'));
    expect(time(0x17, '500101000000Z')).toBe(Date.parse('1950-01-01T00:00:00Z'));
    expect(time(0x18, '20500101000000Z')).toBe(Date.parse('2050-01-01T00:00:00Z'));
  });
});

describe('the certificate reader', () => {
  let certificate: X509Certificate;
  beforeAll(async () => {
    certificate = (await (await createTestPki()).issue(entityRef('device', 'north:pump-3'))).certificate;
  });

  it('agrees with Node where Node has an accessor', () => {
    const fields = readCertificate(certificate.raw);
    expect(fields.thumbprint).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(fields.notBeforeMs).toBe(certificate.validFromDate.getTime());
    expect(fields.notAfterMs).toBe(certificate.validToDate.getTime());
    expect(fields.extendedKeyUsage).toEqual(certificate.keyUsage);
    expect(certificate.subjectAltName).toBe(`URI:${fields.alternativeNames[0]?.value}`);
  });

  it('throws nothing but its own error on any bent certificate', () => {
    fc.assert(
      fc.property(fc.nat(certificate.raw.length - 1), fc.nat(255), (at, octet) => {
        const bent = Buffer.from(certificate.raw);
        bent.writeUInt8(octet, at);
        try {
          readCertificate(bent);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
