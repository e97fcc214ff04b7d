import { describe, expect, it } from 'vitest';
import { entityRef } from '../../../../core/contracts/identifiers.ts';
import { requestHeaders, responseHeaders } from '../../../../edge/protocols/http/forwarded-headers.ts';

const identity = { subject: entityRef('device', 'north:pump-3'), sessionId: 'session-1', gateway: 'north:gw-1' };
const forwarded = (...raw: string[]): string[] | string => {
  const result = requestHeaders(raw, identity);
  return result.ok ? result.value : result.code;
};

describe('on the way to a resource', () => {
  it('drops what a client says about identity, in any spelling, and says it itself', () => {
    const out = forwarded('Host', 'h', 'x-vitalgate-subject', 'device/north:forged', 'X_Vitalgate_Subject', 'forged');
    expect(out).toEqual([
      'Host',
      'h',
      'X-Vitalgate-Subject',
      'device/north:pump-3',
      'X-Vitalgate-Session',
      'session-1',
      'Via',
      '1.1 north.gw-1',
    ]);
  });

  it.each(['X-Forwarded-For', 'Forwarded', 'Client-Cert', 'X-HTTP-Method-Override', 'X-Original-URL'])(
    'drops %s',
    (name) => expect(forwarded('Host', 'h', name, 'x')).not.toContain(name),
  );

  it('drops fields of one hop, and those that the sender declares to be such', () => {
    const out = forwarded(
      'Host',
      'h',
      'Connection',
      'close, X-Mine',
      'X-Mine',
      '1',
      'TE',
      'trailers',
      'Upgrade',
      'h2c',
    );
    expect(out).not.toContain('X-Mine');
    expect(out).not.toContain('TE');
    expect(out).not.toContain('Upgrade');
  });

  it('frames a chunked body anew, also for methods that seldom have one', () => {
    expect(forwarded('Host', 'h', 'Transfer-Encoding', 'chunked')).toContain('Transfer-Encoding');
  });

  it.each([
    [['Host', 'a', 'Host', 'b']],
    [['Host', 'a', 'Content-Length', '1', 'content-length', '2']],
    [['Host', 'a', 'Transfer-Encoding', 'chunked', 'Content-Length', '1']],
    [['Host', 'a', 'Transfer-Encoding', 'gzip, chunked']],
  ])('refuses %j, which has two readings', (raw) => expect(forwarded(...raw)).toBe('request-ambiguous'));
});

it('on the way back drops fields of one hop and keeps the rest as it was', () => {
  const raw = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Connection', 'keep-alive', 'Keep-Alive', 'timeout=5'];
  expect(responseHeaders(raw)).toEqual(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']);
});
