/** Takes in what gateways sent: each record once, then the chains that they belong to. */
import type { AuditRecord } from '../../core/contracts/audit-record.ts';
import { newAuditChain } from '../adapters/ports/audit-trail.ts';
import type { SqsRecord } from '../http/batch.ts';
import { readDeviceMessage, refuseSender } from '../http/device-message.ts';
import type { Container } from './container.ts';
import { followChain, storeChain } from './follow-chain.ts';
import { readSentRecord } from './read-audit-record.ts';

interface Kept {
  readonly messageId: string;
  readonly record: AuditRecord;
}

/** @returns ids of the messages that must come again */
export async function keepRecords(messages: readonly SqsRecord[], container: Container): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  const kept: Kept[] = [];
  await Promise.all(
    messages.map(async (message) => {
      const record = await guarded(() => keepRecord(message, container), container);
      if (record === undefined) failed.add(message.messageId);
      else kept.push({ messageId: message.messageId, record });
    }),
  );
  const chains = Map.groupBy(kept, ({ record }) => record.writer);
  await Promise.all(
    [...chains.values()].map(async (ofWriter) => {
      const followed = await guarded(() => followWriter(ofWriter, container), container);
      if (followed === undefined) for (const { messageId } of ofWriter) failed.add(messageId);
    }),
  );
  return failed;
}

/** A fault on our side: the message comes again. */
async function guarded<T>(work: () => Promise<T | undefined>, { log }: Container): Promise<T | undefined> {
  try {
    return await work();
  } catch (cause) {
    log.error('request-failed', cause);
    return undefined;
  }
}

async function keepRecord({ messageId, body }: SqsRecord, container: Container): Promise<AuditRecord | undefined> {
  const { directory, trail, log, metrics } = container;
  const message = readDeviceMessage(body);
  if (message === undefined) {
    log.warn('message-unreadable', { messageId });
    return undefined;
  }
  const gateway = message.topicRef.id;
  const refuse = (reason: string): undefined => {
    log.warn('audit-record-refused', { reason, gateway, messageId });
    metrics.count('AuditRecordRefused', { reason });
  };
  const refusal = refuseSender(message, await directory.certificate(message.thumbprint));
  if (refusal !== undefined) return refuse(refusal);
  const read = readSentRecord(message);
  if (!read.ok) return refuse(read.code);
  const outcome = await trail.keep(read.value);
  if (outcome === 'forked') return refuse('audit-forked');
  if (outcome === 'kept') metrics.count('AuditRecordStored');
  return read.value;
}

/** The chain is made known with its first record: from then on the checkpoint job follows it as well. */
async function followWriter(ofWriter: readonly Kept[], container: Container): Promise<true> {
  const [first] = ofWriter;
  if (first === undefined) return true;
  const { site, writer } = first.record;
  const known = (await container.trail.chain(site, writer)) ?? newAuditChain(site, writer);
  const { chain } = await followChain(known, container);
  await storeChain(known, chain, container);
  return true;
}
