/** Signed heads: where the ledger of a site stands, and when that was so. */
import { sealHead } from '../../core/bundle/seal-state.ts';
import { type SiteId, timestamp } from '../../core/contracts/identifiers.ts';
import type { LedgerRecord } from '../../core/ledger/ledger-record.ts';
import type { Container } from './container.ts';

/** Gateways of a site that ask within this time get the same one: freshness is counted in minutes. */
const HEAD_REUSED_MS = 2_000;

interface SignedHead {
  readonly token: string;
  readonly ledger: LedgerRecord;
}
export type HeadSource = (site: SiteId) => Promise<SignedHead>;

export function createHeadSource({ ledger: store, signer, surroundings }: Container): HeadSource {
  const held = new Map<SiteId, SignedHead & { readonly issuedMs: number }>();
  return async (site) => {
    const ledger = await store.read(site);
    const issuedMs = surroundings.nowMs();
    const last = held.get(site);
    if (last?.ledger.commits === ledger.commits && issuedMs - last.issuedMs < HEAD_REUSED_MS) return last;
    const { epoch, seq, digest, bundleVersion, bundleDigest } = ledger;
    const token = await sealHead(
      {
        schema: 'vitalgate.head/1',
        site,
        epoch,
        seq,
        digest,
        bundleVersion,
        bundleDigest,
        issuedAt: timestamp(issuedMs),
      },
      await signer(),
    );
    const head = { token, ledger, issuedMs };
    held.set(site, head);
    return head;
  };
}
