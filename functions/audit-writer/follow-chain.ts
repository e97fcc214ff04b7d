/** Brings what is known of a chain up to what is stored of it. */
import { timestamp } from '../../core/contracts/identifiers.ts';
import type { AuditChain } from '../adapters/ports/audit-trail.ts';
import type { Container } from './container.ts';
import { extendChain } from './extend-chain.ts';

const READ_AT_ONCE = 200;
/** One call follows so many records at most; the next one goes on. */
const MAX_READS = 50;

export interface FollowedChain {
  readonly chain: AuditChain;
  /** False when there is more to follow than one call does. */
  readonly complete: boolean;
}

export async function followChain(known: AuditChain, { trail, surroundings }: Container): Promise<FollowedChain> {
  let chain = known;
  for (let reads = 0; reads < MAX_READS; reads++) {
    if (chain.broken !== null) return { chain, complete: true };
    const stored = await trail.recordsAfter(chain.writer, chain.seq, READ_AT_ONCE);
    const extension = extendChain(chain, stored);
    const stoodStill = extension.chain.seq === known.seq;
    // Where it stood still before the same gap, the gap is as old as it was.
    const gapSince = stoodStill && known.gapSince !== null ? known.gapSince : timestamp(surroundings.nowMs());
    chain = { ...extension.chain, gapSince: extension.gap ? gapSince : null };
    if (extension.gap || stored.length < READ_AT_ONCE) return { chain, complete: true };
  }
  return { chain, complete: false };
}

/** Keeps what was found. Someone who was faster has found the same. @returns the chain as kept, or as it was found */
export async function storeChain(known: AuditChain, found: AuditChain, container: Container): Promise<AuditChain> {
  const { trail, log, metrics } = container;
  if (known.version > 0 && sameFinding(known, found)) return known;
  const next = { ...found, version: known.version + 1 };
  const kept = await trail.putChain(next);
  if (kept && known.broken === null && next.broken !== null) {
    const { seq, code } = next.broken;
    log.error('audit-chain-broken', undefined, { site: next.site, writer: next.writer, seq, reason: code });
    metrics.count('AuditChainBroken', { reason: code });
  }
  return kept ? next : found;
}

const sameFinding = (left: AuditChain, right: AuditChain): boolean =>
  left.seq === right.seq &&
  left.checkpointSeq === right.checkpointSeq &&
  left.gapSince === right.gapSince &&
  left.broken?.seq === right.broken?.seq;
