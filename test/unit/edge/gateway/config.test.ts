import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../../core/errors.ts';
import { completeGatewayConfig } from '../../../../edge/config.ts';

const listener = { address: '127.0.0.1', port: 0, cert: 'c', key: 'k', clientCa: 'ca', protocol: 'tls' };
const minimal = {
  site: 'north',
  gateway: 'north:gw-1',
  workers: 1,
  knock: 'off',
  tls: { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256', tickets: false },
  listeners: [listener],
  bundle: 'bundle.jws',
  state: 'state.jws',
  auditDirectory: 'audit',
  metricsPort: 0,
};

const codeOf = (changes: object): string => {
  try {
    completeGatewayConfig({ ...minimal, ...changes }, '/base');
  } catch (cause) {
    if (cause instanceof InvalidInputError) return cause.code;
    throw cause;
  }
  return 'accepted';
};

describe('the gateway configuration', () => {
  it('is completed: paths from its own folder, the spool beside the audit', () => {
    const config = completeGatewayConfig(minimal, '/base');
    expect(config).toMatchObject({
      bundle: '/base/bundle.jws',
      keys: '/base/root.json',
      spoolDirectory: '/base/audit',
      clockFile: '/base/audit/clock.json',
    });
  });

  it.each([
    ['ERR_CONFIG_MALFORMED', { surprise: true }],
    ['ERR_CONFIG_MALFORMED', { listeners: [] }],
    ['ERR_CONFIG_FOREIGN_SITE', { gateway: 'south:gw-1' }],
    ['ERR_KNOCK_UNSUPPORTED', { knock: 'visible' }],
    ['ERR_PROTOCOL_UNSUPPORTED', { listeners: [{ ...listener, protocol: 'dicom' }] }],
    ['ERR_TLS_VERSION_UNSUPPORTED', { tls: { ...minimal.tls, minVersion: 'TLSv1.2' } }],
    ['ERR_TLS_CIPHER_UNSUPPORTED', { tls: { ...minimal.tls, ciphers: 'ECDHE-RSA-AES128-SHA' } }],
  ])('answers %s to %j', (code, changes) => expect(codeOf(changes)).toBe(code));

  it('takes an upstream as text or as a whole', () => {
    const upstream = '127.0.0.1:8080';
    const { listeners } = completeGatewayConfig({ ...minimal, listeners: [{ ...listener, upstream }] }, '/base');
    expect(listeners[0]?.upstream).toEqual({ host: '127.0.0.1', port: 8080, tls: false });
  });
});
