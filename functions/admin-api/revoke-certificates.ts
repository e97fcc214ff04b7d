/** Takes certificates out of force: at the gateways by the subject's state, at the broker by its own registry. */
import type { CertificateStatus } from '../../core/contracts/site-state.ts';
import type { BrokerEffect, BusEvent } from '../../core/ledger/ledger-intent.ts';
import type { LedgerWrite } from '../../core/ledger/ledger-write.ts';
import type { SubjectRecord } from '../../core/ledger/subject-record.ts';
import { subjectDetail } from '../../core/ledger/subject-story.ts';

export interface Revocation {
  readonly certificates: SubjectRecord['certificates'];
  readonly writes: readonly LedgerWrite[];
  readonly effects: readonly BrokerEffect[];
  readonly news: readonly BusEvent[];
}

export function revoke({ ref, certificates }: SubjectRecord, thumbprints: readonly string[]): Revocation {
  const ending = new Set(thumbprints);
  return {
    certificates: certificates.map(
      (one): CertificateStatus => (ending.has(one.thumbprint) ? { ...one, status: 'revoked' } : one),
    ),
    writes: thumbprints.map((thumbprint) => ({ write: 'revoke-certificate', thumbprint })),
    effects: thumbprints.map((thumbprint) => ({ effect: 'deactivate-certificate', thumbprint, clientId: ref.id })),
    news: thumbprints.map((thumbprint) => ({
      type: 'certificate.revoked',
      detail: { ...subjectDetail(ref), thumbprint },
    })),
  };
}

export const revokeAll = (record: SubjectRecord): Revocation =>
  revoke(
    record,
    record.certificates.filter(({ status }) => status === 'active').map(({ thumbprint }) => thumbprint),
  );
