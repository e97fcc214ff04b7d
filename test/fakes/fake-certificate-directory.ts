/** Certificates as issued, by thumbprint. */
import { timestamp } from '../../core/contracts/identifiers.ts';
import type { CertificateRecord } from '../../core/ledger/ledger-write.ts';
import type { CertificateDirectory } from '../../functions/adapters/ports/certificate-directory.ts';
import { DAY_MS, TEST_NOW_MS, type TestLeaf } from '../fixtures/pki.ts';

export class FakeCertificateDirectory implements CertificateDirectory {
  readonly records = new Map<string, CertificateRecord>();
  /** Set to make the directory fail. */
  fault: Error | null = null;

  constructor(...leaves: readonly TestLeaf[]) {
    for (const leaf of leaves) this.issue(leaf);
  }

  issue(leaf: TestLeaf, status: CertificateRecord['status'] = 'active'): void {
    this.records.set(leaf.thumbprint, {
      thumbprint: leaf.thumbprint,
      serial: '01',
      ref: leaf.ref,
      notAfter: timestamp(TEST_NOW_MS + 90 * DAY_MS),
      status,
      pem: leaf.certificatePem,
    });
  }

  certificate(thumbprint: string): Promise<CertificateRecord | undefined> {
    return this.fault === null ? Promise.resolve(this.records.get(thumbprint)) : Promise.reject(this.fault);
  }
}
