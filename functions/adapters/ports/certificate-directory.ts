/** Which certificates the control plane has issued, and whether they still hold. */
import type { CertificateRecord } from '../../../core/ledger/ledger-write.ts';

export interface CertificateDirectory {
  /** As it stands now. @param thumbprint SHA-256 of the DER, lower-case hexadecimal */
  certificate(thumbprint: string): Promise<CertificateRecord | undefined>;
}
