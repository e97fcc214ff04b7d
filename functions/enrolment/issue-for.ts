/** A certificate for one entity, signed by the authority of its purpose in KMS. */
import { isIP } from 'node:net';
import type { Entity } from '../../core/contracts/entities.ts';
import { issueCertificate } from '../../core/identity/certificate-authority.ts';
import type { CertificatePurpose } from '../../core/identity/certificate-purposes.ts';
import type { CertificateRequest } from '../../core/identity/certificate-request.ts';
import type { Container } from './container.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Short, because a device renews by itself, and what is stolen is worth no more than the month. */
const CERTIFICATE_LIFETIME_MS = 30 * DAY_MS;
/** For verifiers whose clock is behind ours. */
const BACKDATED_MS = 60_000;
/** With a leading octet below 0x80: positive, without a sign octet. */
const SERIAL_RANDOM_BYTES = 15;

export interface Issue {
  readonly entity: Entity;
  readonly purpose: CertificatePurpose;
  readonly request: CertificateRequest;
}

export async function issueFor({ entity, purpose, request }: Issue, container: Container): Promise<string> {
  const { certificatePem, signer } = container.authorities[purpose];
  const nowMs = container.surroundings.nowMs();
  const random = Buffer.from(container.surroundings.randomBytes(SERIAL_RANDOM_BYTES)).toString('hex');
  const names = dnsNames(entity);
  return issueCertificate({
    authority: { certificatePem, signer: await signer() },
    publicKeySpki: request.publicKeySpki,
    ref: { kind: entity.kind, id: entity.id },
    purpose,
    ...(names.length === 0 ? {} : { dnsNames: names }),
    serialHex: `01${random}`,
    notBeforeMs: nowMs - BACKDATED_MS,
    notAfterMs: nowMs + CERTIFICATE_LIFETIME_MS,
  });
}

/** A business system is dialled by the name that its record holds. */
const dnsNames = (entity: Entity): readonly string[] =>
  entity.kind === 'resource' && isIP(entity.upstream.host) === 0 ? [entity.upstream.host] : [];
