/** Does the terminal speak as its model must: a current TLS version, a sound cipher, no clinical service in plain text? */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

/** Oldest first. What is not listed is not known to be safe. */
const TLS_VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** RFC 8996 deprecates what is older; holds where no reference value says more. */
const MINIMUM_TLS_VERSION = 'TLSv1.2';
/** RFC 7465, RFC 8429, RFC 9325 §4.1: broken, unkeyed or unencrypted. */
const WEAK_CIPHER = /NULL|EXP|anon|ADH|AECDH|RC4|RC2|DES|MD5|IDEA/;

export const transmission: PostureCheck = {
  name: 'transmission',
  reads: 'transmission',
  codes: ['tls-unknown', 'tls-outdated', 'cipher-weak', 'plaintext-service'],
  judge: ({ report, reference }: CheckContext): readonly FreshFinding[] =>
    valuesOf(report, 'transmission').flatMap(({ tlsVersion, cipher, plaintextPorts }) => [
      ...version(tlsVersion, reference?.minimumTlsVersion ?? MINIMUM_TLS_VERSION),
      ...(WEAK_CIPHER.test(cipher) ? [finding('cipher-weak', 'high', cipher, 'broken, unkeyed or unencrypted')] : []),
      ...[...new Set(plaintextPorts)].map((port) =>
        finding('plaintext-service', 'medium', `port ${port}`, 'speaks in plain text'),
      ),
    ]),
};

function version(seen: string, minimum: string): readonly FreshFinding[] {
  const rank = TLS_VERSIONS.indexOf(seen);
  if (rank < 0) return [finding('tls-unknown', 'medium', seen, 'is no known TLS version')];
  if (rank >= TLS_VERSIONS.indexOf(minimum)) return [];
  return [finding('tls-outdated', 'high', seen, `at least ${minimum} is demanded`)];
}
