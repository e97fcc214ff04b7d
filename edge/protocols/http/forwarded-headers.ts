/**
 * Which header fields cross the gateway. Fields of one hop end here, identity is what the gateway says it is and never
 * what a client wrote, and what could make the next reader split messages differently is refused.
 * @see RFC 9110 §7.6.1, RFC 9112 §6.3
 */
import type { EntityRef } from '../../../core/contracts/identifiers.ts';
import { refKey } from '../../../core/contracts/identifiers.ts';
import { failure, type Result, success } from '../../../core/result.ts';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);
/** Set by the gateway, or believed by servers behind proxies: a client's own word for these is dropped. */
const GATEWAY_SAYS =
  /^(?:x-vitalgate-.*|forwarded|x-forwarded-.*|x-real-ip|client-cert|client-cert-chain|via|x-http-method(?:-override)?|x-method-override|x-original-url|x-rewrite-url)$/;
/** Fields that a message has once: two of them are two meanings. */
const SINGLE = new Set(['host', 'content-length', 'transfer-encoding', 'content-type', 'authorization', 'expect']);
/** The gateway decided on `100-continue` itself. */
const ANSWERED_HERE = new Set(['expect']);

export interface ForwardedIdentity {
  readonly subject: EntityRef;
  readonly sessionId: string;
  readonly gateway: string;
}

/**
 * @param raw name and value in turn, as received
 * @returns name and value in turn, as sent on; `request-ambiguous` when the message could be framed in two ways
 */
export function requestHeaders(
  raw: readonly string[],
  identity: ForwardedIdentity,
): Result<string[], 'request-ambiguous'> {
  const named = connectionTokens(raw);
  const seen = new Set<string>();
  const out: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const field = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    const name = field.toLowerCase();
    if (SINGLE.has(name) && seen.has(name)) return failure('request-ambiguous', `more than one ${name}`);
    seen.add(name);
    if (name === 'transfer-encoding' && value.trim().toLowerCase() !== 'chunked')
      return failure('request-ambiguous', 'a transfer encoding other than chunked');
    if (HOP_BY_HOP.has(name) || named.has(name) || ANSWERED_HERE.has(name)) continue;
    // Servers of the CGI tradition read an underscore as a hyphen.
    if (GATEWAY_SAYS.test(name.replaceAll('_', '-'))) continue;
    out.push(field, value);
  }
  if (seen.has('transfer-encoding') && seen.has('content-length'))
    return failure('request-ambiguous', 'two lengths for one body');
  // Said again for this hop: without it a body of a method that seldom has one would go out without a frame.
  if (seen.has('transfer-encoding')) out.push('Transfer-Encoding', 'chunked');
  out.push('X-Vitalgate-Subject', refKey(identity.subject), 'X-Vitalgate-Session', identity.sessionId);
  out.push('Via', `1.1 ${identity.gateway.replace(':', '.')}`);
  return success(out);
}

/** What crosses back. */
export function responseHeaders(raw: readonly string[]): string[] {
  const named = connectionTokens(raw);
  const out: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    if (HOP_BY_HOP.has(name) || named.has(name)) continue;
    out.push(raw[index] ?? '', raw[index + 1] ?? '');
  }
  return out;
}

const NO_TOKENS: ReadonlySet<string> = new Set();

/** Fields that the sender declared to be of this hop. */
function connectionTokens(raw: readonly string[]): ReadonlySet<string> {
  let tokens: Set<string> | null = null;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if ((raw[index] ?? '').toLowerCase() !== 'connection') continue;
    tokens ??= new Set();
    for (const token of (raw[index + 1] ?? '').split(',')) tokens.add(token.trim().toLowerCase());
  }
  return tokens ?? NO_TOKENS;
}
