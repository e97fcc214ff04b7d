/** SQS events as the IoT rules fill the queues. */
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import { siteOf } from '../../core/contracts/identifiers.ts';

export interface MessageFrom {
  readonly ref: EntityRef;
  readonly thumbprint: string;
  readonly channel: string;
  readonly payload: unknown;
  readonly clientId?: string;
  readonly topic?: string;
}

const LETTERS: Readonly<Record<string, string>> = { device: 'd', gateway: 'g' };

/** What the rule hands on: the payload untouched, and what the broker knows of the connection. */
export function ruleEnvelope({ ref, thumbprint, channel, payload, clientId, topic }: MessageFrom): string {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  return JSON.stringify({
    payload: Buffer.from(bytes).toString('base64'),
    topic: topic ?? `vg/1/${siteOf(ref.id)}/${LETTERS[ref.kind]}/${ref.id}/${channel}`,
    principal: thumbprint,
    clientId: clientId ?? ref.id,
    receivedAtMs: 0,
  });
}

/** Message ids are `m0`, `m1`, in order. */
export const sqsEvent = (...bodies: readonly string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body, eventSource: 'aws:sqs' })),
});
