/** One statement of a gateway: believed for what a gateway can see, merged once, and answered with what follows from it. */
import { siteOf } from '../../core/contracts/identifiers.ts';
import { acceptEvidence } from '../../core/trust/accept-evidence.ts';
import type { SqsRecord } from '../http/batch.ts';
import { type DeviceMessage, readDeviceMessage, refuseSender } from '../http/device-message.ts';
import type { Container } from './container.ts';
import { judgeAgain } from './judge-again.ts';

export async function receiveEvidence({ body, messageId }: SqsRecord, container: Container): Promise<void> {
  const message = readDeviceMessage(body);
  if (message === undefined) {
    container.log.warn('message-unreadable', { messageId });
    return;
  }
  const gateway = message.topicRef;
  const site = siteOf(gateway.id);
  const { certificates } = await container.reader.load({ site, refs: [], thumbprints: [message.thumbprint] });
  const foreign = refuseSender(message, certificates.get(message.thumbprint));
  if (foreign !== undefined) {
    refuse(foreign, message, container);
    return;
  }
  const nowMs = container.surroundings.nowMs();
  const accepted = acceptEvidence({ payload: parseJson(message.bytes), gateway, nowMs });
  if (!accepted.ok) {
    refuse(accepted.code, message, container);
    return;
  }
  const evidence = accepted.value;
  const outcome = await judgeAgain({ ref: evidence.subject, cause: 'evidence-merged', evidence }, container);
  if (outcome === 'unknown') refuse('evidence-unknown-subject', message, container);
  else container.metrics.count('EvidenceMerged', { Source: evidence.source });
}

function refuse(code: string, message: DeviceMessage, { log, metrics }: Container): void {
  metrics.count('EvidenceRefused', { Code: code });
  log.warn('evidence-refused', { reason: code, gateway: message.topicRef.id, thumbprint: message.thumbprint });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
