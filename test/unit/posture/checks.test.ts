import { describe, expect, it } from 'vitest';
import type { PostureFactorName } from '../../../core/contracts/posture-report.ts';
import { assessPosture } from '../../../core/posture/assess-posture.ts';
import { POSTURE_CHECKS } from '../../../core/posture/checks/registry.ts';
import { sha256Hex } from '../../../core/signing/digest.ts';
import {
  type FactorValues,
  GOOD_HASH,
  NOW_MS,
  PUMP,
  PUMP_REFERENCE,
  pumpReport,
  TROJAN,
  TROJAN_HASH,
} from '../../fixtures/posture-samples.ts';

const CONTROLLER = '/opt/pump/controller';

function codesOf(values: FactorValues, without: readonly PostureFactorName[] = []): readonly string[] {
  const { findings } = assessPosture({
    report: pumpReport(values, { without }),
    device: PUMP,
    references: [PUMP_REFERENCE],
    indicators: [TROJAN],
    previous: null,
    nowMs: NOW_MS,
    evidenceSource: 'posture-agent',
  });
  return findings.map(({ code, severity }) => `${severity} ${code}`);
}

const system = (over: object) => ({
  'operating-system': { name: 'Debian', version: '12.7', kernel: '6.1.0', firmware: '4.2.1', ...over },
});
const files = (...list: object[]) => ({ files: list });
const controller = (sha256: string | null) => ({ path: CONTROLLER, sha256, sizeBytes: 1 });
const processes = (...list: object[]) => ({ processes: [{ name: 'pumpd', count: 1 }, ...list] });
const listening = (port: number, address = '0.0.0.0') => ({ 'listening-ports': [{ protocol: 'tcp', address, port }] });
const peers = (count: number, remotePort = 8443) => ({
  connections: Array.from({ length: count }, (_, index) => ({
    protocol: 'tcp',
    remoteAddress: `10.0.${index >> 8}.${index & 255}`,
    remotePort,
  })),
});
const volume = (usedPercent: number, encrypted?: boolean) => ({ disk: [{ mount: '/', usedPercent, encrypted }] });
const time = (offsetMs: number, synchronized = true) => ({ clock: { offsetMs, synchronized } });
const certificate = (notBefore: string, notAfter: string) => ({ certificate: { serial: '0a', notBefore, notAfter } });
const channel = (over: object) => ({
  transmission: { tlsVersion: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', plaintextPorts: [], ...over },
});
const container = (over: object) => ({
  containers: [{ name: 'viewer', image: 'viewer:1', imageDigest: 'sha256:1', privileged: false, ...over }],
});

describe('a posture check', () => {
  it.each<[string, FactorValues, readonly string[]]>([
    ['finds nothing on a healthy pump', {}, []],
    ['takes a newer system', system({ version: '13' }), []],
    ['takes a version with words after it', system({ version: '12.10 (bookworm)' }), []],
    ['finds an older minor version', system({ version: '12.3' }), ['medium operating-system-outdated']],
    ['compares numbers, not letters', system({ version: '12.10' }), []],
    ['finds an older major version', system({ version: '9.13' }), ['high operating-system-outdated']],
    ['finds another system', system({ name: 'Kali' }), ['high operating-system-unexpected']],
    ['finds a version it cannot read', system({ version: 'sid' }), ['medium operating-system-unreadable']],
    ['finds firmware the inventory does not know', system({ firmware: '4.3.0' }), ['medium firmware-differs']],
    ['finds a changed file', files(controller(sha256Hex('other'))), ['high file-changed']],
    ['finds a missing file', files(controller(null)), ['high file-missing']],
    ['finds a file that is not watched', files(), ['medium file-unreported']],
    [
      'finds a trojan by its hash under any name',
      files(controller(GOOD_HASH), { path: '/tmp/.cache', sha256: TROJAN_HASH, sizeBytes: 1 }),
      ['critical malware-file-trojan'],
    ],
    [
      'finds a running trojan by its hash',
      processes({ name: 'kworker', sha256: TROJAN_HASH, count: 1 }),
      ['critical malware-process-trojan'],
    ],
    ['misses a process that must run', { processes: [] }, ['medium process-missing']],
    ['finds a forbidden process', processes({ name: 'XMRig', count: 1 }), ['high process-forbidden']],
    [
      'finds a forbidden process that renamed itself',
      processes({ name: 'sshd', executable: '/tmp/xmrig', count: 1 }),
      ['high process-forbidden'],
    ],
    ['finds an open port', listening(9000), ['medium port-unexpected']],
    ['finds telnet', listening(23, '::'), ['high port-remote-shell']],
    ['leaves out what listens on itself only', listening(9000, '127.0.0.53'), []],
    ['leaves out loopback of IPv6', listening(9000, '::1'), []],
    [
      'takes no address for loopback that only begins like one',
      listening(9000, '127.0.0.1.evil'),
      ['medium port-unexpected'],
    ],
    ['takes as many peers as a terminal has', peers(64), []],
    ['finds a scan', peers(65), ['medium connection-fan-out']],
    ['finds a connection to telnet', peers(1, 2323), ['medium connection-remote-shell']],
    ['finds a privileged container', container({ privileged: true }), ['high container-privileged']],
    ['mentions an unpinned image', container({ imageDigest: undefined }), ['info container-unpinned']],
    ['finds a disk that is nearly full', volume(95), ['low disk-nearly-full']],
    ['finds a full disk', volume(100), ['medium disk-full']],
    ['finds an open disk', volume(10, false), ['low disk-unencrypted']],
    ['says nothing where encryption is unknown', volume(10), []],
    ['finds a drifted clock', time(-5_001), ['low clock-drifted']],
    ['finds a wrong clock', time(60_001), ['medium clock-wrong']],
    ['finds a clock without a source', time(0, false), ['low clock-unsynchronized']],
    [
      'finds an ended certificate',
      certificate('2025-01-01T00:00:00Z', '2026-11-23T12:00:00Z'),
      ['high certificate-expired'],
    ],
    [
      'finds a certificate of the future',
      certificate('2026-11-23T12:00:01Z', '2027-01-01T00:00:00Z'),
      ['medium certificate-not-yet-valid'],
    ],
    [
      'finds a certificate that should have been renewed',
      certificate('2025-12-01T00:00:00Z', '2026-12-01T00:00:00Z'),
      ['low certificate-renewal-overdue'],
    ],
    ['finds an old TLS version', channel({ tlsVersion: 'TLSv1.2' }), ['high tls-outdated']],
    ['finds an unknown TLS version', channel({ tlsVersion: 'TLSv9' }), ['medium tls-unknown']],
    ['finds a weak cipher', channel({ cipher: 'DES-CBC3-SHA' }), ['high cipher-weak']],
    ['finds each service in plain text once', channel({ plaintextPorts: [104, 104] }), ['medium plaintext-service']],
    [
      'finds a person on the operating system',
      { session: { bootedAt: '2026-11-01T00:00:00Z', interactiveUsers: 1 } },
      ['low session-interactive'],
    ],
  ])('%s', (_, values, expected) => {
    expect(codesOf(values)).toEqual(expected);
  });

  it.each(['operating-system', 'files', 'processes', 'listening-ports'] as const)(
    'counts a needed factor that is left out as failed: %s',
    (name) => {
      expect(codesOf({}, [name])).toEqual(['medium factor-missing']);
    },
  );

  it('shares no finding code with another, so that each is superseded by its own factor only', () => {
    const codes = POSTURE_CHECKS.flatMap((check) => check.codes);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('lets no control character of a terminal into a finding', () => {
    const { findings } = assessPosture({
      report: pumpReport(processes({ name: 'a\u001b[2Jb', sha256: TROJAN_HASH, count: 1 })),
      device: PUMP,
      references: [PUMP_REFERENCE],
      indicators: [TROJAN],
      previous: null,
      nowMs: NOW_MS,
      evidenceSource: 'posture-agent',
    });
    expect(findings[0]?.detail).toMatch(/^a.\[2Jb: Quiet Nurse/);
    expect(findings[0]?.detail).not.toMatch(/\p{C}/u);
  });
});
