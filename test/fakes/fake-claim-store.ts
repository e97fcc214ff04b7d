/** One-time claims, in memory, with the conditions of the real store. */
import type { ClaimRecord } from '../../core/identity/claim.ts';
import type { ClaimStore, HeldClaim } from '../../functions/adapters/ports/claim-store.ts';

export class FakeClaimStore implements ClaimStore {
  readonly claims = new Map<string, HeldClaim>();
  /** Runs once, just before the next reservation: someone else is faster. */
  overtake: ((store: FakeClaimStore) => void) | null = null;

  constructor(...records: readonly ClaimRecord[]) {
    for (const record of records) this.claims.set(record.digest, { record, certificatePem: null });
  }

  find(digest: string): Promise<HeldClaim | undefined> {
    return Promise.resolve(this.claims.get(digest));
  }

  reserve(digest: string, use: NonNullable<ClaimRecord['use']>): Promise<boolean> {
    this.overtake?.(this);
    this.overtake = null;
    const held = this.claims.get(digest);
    if (held === undefined || held.record.use !== null) return Promise.resolve(false);
    this.claims.set(digest, { ...held, record: { ...held.record, use } });
    return Promise.resolve(true);
  }

  keepCertificate(digest: string, certificatePem: string): Promise<string> {
    const held = this.claims.get(digest);
    if (held === undefined) return Promise.reject(new Error('no such claim'));
    const kept = held.certificatePem ?? certificatePem;
    this.claims.set(digest, { ...held, certificatePem: kept });
    return Promise.resolve(kept);
  }
}
