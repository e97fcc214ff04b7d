import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_KINDS, entityRef } from '../../../core/contracts/identifiers.ts';
import { parseSpiffeId, spiffeId } from '../../../core/identity/spiffe.ts';

describe('spiffe ids', () => {
  it('print and parse back to the same entity', () => {
    const name = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.constantFrom(...ENTITY_KINDS), name, name, (kind, site, own) => {
        const ref = entityRef(kind, `${site}:${own}`);
        expect(parseSpiffeId(spiffeId(ref))).toEqual(ref);
      }),
    );
  });

  it('have one spelling: whatever parses prints back to the same text', () => {
    fc.assert(
      fc.property(fc.webUrl(), (uri) => {
        const ref = parseSpiffeId(uri);
        expect(ref === undefined || spiffeId(ref) === uri).toBe(true);
      }),
    );
  });

  it.each([
    'spiffe://vitalgate/site/north/device/',
    'spiffe://vitalgate/site/north/device/pump-3/',
    'spiffe://vitalgate/site/north/device/pump-3?x=1',
    'spiffe://vitalgate/site/north/device/pump-3#x',
    'spiffe://vitalgate:443/site/north/device/pump-3',
    'spiffe://VITALGATE/site/north/device/pump-3',
    'spiffe://vitalgate/site/north/device/Pump-3',
    'spiffe://vitalgate/site/north/device/pump%2D3',
    'spiffe://vitalgate/site/../device/pump-3',
    'spiffe://vitalgate/site/north/robot/pump-3',
    'spiffe://elsewhere/site/north/device/pump-3',
    'https://vitalgate/site/north/device/pump-3',
    'spiffe://vitalgate/authority/device',
    ' spiffe://vitalgate/site/north/device/pump-3',
    'spiffe://vitalgate/site/north/device/pump-3\n',
    '',
  ])('refuse %j', (uri) => {
    expect(parseSpiffeId(uri)).toBeUndefined();
  });
});
