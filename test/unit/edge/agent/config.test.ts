import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeAgentConfig, loadAgentConfig } from '../../../../edge/agent/config.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const MINIMAL = {
  subject: { kind: 'device', id: 'north:pump-3' },
  stateDirectory: 'state',
  broker: { url: 'mqtts://broker.example:8883', ca: 'mqtt-ca.pem' },
};
const WITH_GATEWAY = { ...MINIMAL, gateway: { id: 'north:gw-1', host: '10.0.0.1', port: 8443 } };
const listen = (port: number, address = '127.0.0.1') => ({ listen: { address, port }, alias: 'a1b2c3d4e5f6a7b8' });
const complete = (value: unknown) => completeAgentConfig(value, '/etc/vitalgate');

describe('the agent configuration', () => {
  it('resolves its paths against the folder of the file', () => {
    const config = complete({ ...MINIMAL, posture: { watch: [{ path: 'files', reportedAs: '/opt/pump' }] } });
    expect(config.stateDirectory).toBe('/etc/vitalgate/state');
    expect(config.broker?.ca).toBe('/etc/vitalgate/mqtt-ca.pem');
    expect(config.posture).toEqual({
      intervalSeconds: 60,
      watch: [{ path: '/etc/vitalgate/files', reportedAs: '/opt/pump' }],
    });
  });

  it('reads the file and tells one that cannot be read from one that is no configuration', () => {
    const folder = temporaryDirectory();
    const file = join(folder, 'agent.json');
    expect(() => loadAgentConfig(file)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_UNREADABLE' }));
    writeFileSync(file, '{');
    expect(() => loadAgentConfig(file)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_MALFORMED' }));
    writeFileSync(file, JSON.stringify(MINIMAL));
    expect(loadAgentConfig(file).subject.id).toBe('north:pump-3');
  });

  it.each([
    ['an unknown key', { ...MINIMAL, stateDirectroy: 'x' }, 'ERR_CONFIG_MALFORMED'],
    ['a person as subject of another site form', { ...MINIMAL, subject: 'pump-3' }, 'ERR_CONFIG_MALFORMED'],
    ['a broker without TLS', { ...MINIMAL, broker: { url: 'mqtt://broker:1883' } }, 'ERR_CONFIG_MALFORMED'],
    ['enrolment without TLS', { ...MINIMAL, enrolment: { api: 'http://api', claimFile: 'c' } }, 'ERR_CONFIG_MALFORMED'],
    ['nobody to report to', { ...MINIMAL, broker: undefined }, 'ERR_CONFIG_INCOMPLETE'],
    ['a proxy without a gateway', { ...MINIMAL, proxies: [listen(8080)] }, 'ERR_CONFIG_INCOMPLETE'],
    ['a service without a gateway', { ...MINIMAL, services: [{ name: 'a', port: 1 }] }, 'ERR_CONFIG_INCOMPLETE'],
    [
      'a gateway of another site',
      { ...MINIMAL, gateway: { ...WITH_GATEWAY.gateway, id: 'south:gw-1' } },
      'ERR_CONFIG_FOREIGN_SITE',
    ],
    ['a proxy open to the network', { ...WITH_GATEWAY, proxies: [listen(8080, '0.0.0.0')] }, 'ERR_PROXY_NOT_LOCAL'],
    ['a proxy on a host name', { ...WITH_GATEWAY, proxies: [listen(8080, 'localhost')] }, 'ERR_PROXY_NOT_LOCAL'],
    ['one port for two proxies', { ...WITH_GATEWAY, proxies: [listen(8080), listen(8080)] }, 'ERR_CONFIG_AMBIGUOUS'],
    [
      'two services of one name',
      {
        ...WITH_GATEWAY,
        services: [
          { name: 'a', port: 1 },
          { name: 'a', port: 2 },
        ],
      },
      'ERR_CONFIG_AMBIGUOUS',
    ],
  ])('refuses %s', (_what, value, code) => {
    expect(() => complete(value)).toThrow(expect.objectContaining({ code }));
  });
});
