import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureMachineCertificates } from '../../../local/endpoint/machine-authority.ts';
import { type LocalPaths, localPaths } from '../../../local/paths.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const DAY_MS = 86_400_000;
let paths: LocalPaths;

beforeEach(() => {
  paths = localPaths(mkdtempSync(join(tmpdir(), 'vitalgate-tls-')));
});
afterEach(() => rmSync(paths.root, { recursive: true, force: true }));

const read = (path: string): X509Certificate => new X509Certificate(readFileSync(path));

describe("this machine's authority", () => {
  it('issues one server certificate for localhost, on a key that only its owner reads', async () => {
    const files = await ensureMachineCertificates(paths, NOW_MS);
    const server = read(files.certificate);
    const authority = read(paths.caCertificate);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect([server.ca, authority.ca]).toEqual([false, true]);
    expect(server.checkHost('localhost')).toBe('localhost');
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(statSync(files.key).mode & 0o077).toBe(0);
  });

  it('keeps what it made for as long as it lasts', async () => {
    const first = read((await ensureMachineCertificates(paths, NOW_MS)).certificate).fingerprint256;
    const later = read((await ensureMachineCertificates(paths, NOW_MS + 700 * DAY_MS)).certificate).fingerprint256;
    expect(later).toBe(first);
  });

  it('makes all anew before it ends', async () => {
    const first = read((await ensureMachineCertificates(paths, NOW_MS)).certificate).fingerprint256;
    const later = read((await ensureMachineCertificates(paths, NOW_MS + 800 * DAY_MS)).certificate).fingerprint256;
    expect(later).not.toBe(first);
  });
});
