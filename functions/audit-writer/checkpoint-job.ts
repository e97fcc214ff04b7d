/**
 * Signs where each chain of each site stands, as far as it was followed and holds. The control plane's own chain must end
 * where the ledger says it does.
 */
import { signCheckpoint } from '../../core/audit/checkpoint.ts';
import { type SiteId, timestamp } from '../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../core/errors.ts';
import { cloudWriter } from '../../core/ledger/ledger-record.ts';
import { type AuditChain, newAuditChain } from '../adapters/ports/audit-trail.ts';
import type { Container } from './container.ts';
import { breakChain } from './extend-chain.ts';
import { followChain, storeChain } from './follow-chain.ts';
import { intactRecord } from './own-hash.ts';

/** Records of one process overtake each other by seconds; a spool may be held up by a bad line for some minutes. */
const GAP_ALARM_MS = 15 * 60 * 1000;

/** @throws VitalgateError `ERR_CHECKPOINT` when a chain could not be treated; the others were */
export async function signCheckpoints(container: Container): Promise<void> {
  let failures = 0;
  for (const site of container.sites) {
    for (const follow of await chainsOf(site, container)) {
      try {
        await follow();
      } catch (cause) {
        failures += 1;
        container.log.error('checkpoint-failed', cause, { site });
      }
    }
  }
  if (failures > 0) throw new VitalgateError('ERR_CHECKPOINT', `${failures} chains could not be treated`);
}

async function chainsOf(site: SiteId, container: Container): Promise<readonly (() => Promise<void>)[]> {
  const chains = await container.trail.chains(site);
  const own = chains.find(({ writer }) => writer === cloudWriter(site)) ?? newAuditChain(site, cloudWriter(site));
  return [
    () => followOwn(own, container),
    ...chains.filter((chain) => chain.writer !== own.writer).map((chain) => () => followGateway(chain, container)),
  ];
}

/** Records and ledger are written together: what the ledger counts is there, or was taken away. */
async function followOwn(known: AuditChain, container: Container): Promise<void> {
  const { auditSeq, auditHash } = await container.readLedger(known.site);
  if (auditSeq === 0) return;
  const { chain, complete } = await followChain(known, container);
  let judged = chain;
  if (chain.broken === null && complete) {
    const missing = chain.seq < auditSeq;
    if (missing) judged = breakChain(chain, chain.seq + 1, 'audit-dropped');
    else if (!(await holds(chain, auditSeq, auditHash, container)))
      judged = breakChain(chain, auditSeq, 'audit-altered');
  }
  await checkpoint(await storeChain(known, judged, container), container);
}

async function followGateway(known: AuditChain, container: Container): Promise<void> {
  const { log, metrics, surroundings } = container;
  const { chain } = await followChain(known, container);
  const { gapSince, site, writer, seq } = chain;
  if (gapSince !== null && surroundings.nowMs() - Date.parse(gapSince) >= GAP_ALARM_MS) {
    log.error('audit-chain-broken', undefined, { site, writer, seq: seq + 1, reason: 'audit-dropped' });
    metrics.count('AuditChainBroken', { reason: 'audit-dropped' });
  }
  await checkpoint(await storeChain(known, chain, container), container);
}

/** What was followed is looked at once more before it is signed: the table may have been changed since. */
async function checkpoint(chain: AuditChain, container: Container): Promise<void> {
  const { trail, signer, surroundings } = container;
  if (chain.seq <= chain.checkpointSeq) return;
  const record = intactRecord(await trail.record(chain.writer, chain.seq), chain.hash);
  if (record === undefined) {
    await storeChain(chain, breakChain(chain, chain.seq, 'audit-altered'), container);
    return;
  }
  const token = await signCheckpoint(record, timestamp(surroundings.nowMs()), await signer());
  await trail.keepCheckpoint(chain.writer, chain.seq, token);
  await storeChain(chain, { ...chain, checkpointSeq: chain.seq }, container);
}

async function holds({ writer }: AuditChain, seq: number, hash: string, { trail }: Container): Promise<boolean> {
  return intactRecord(await trail.record(writer, seq), hash) !== undefined;
}
