/**
 * A message as an IoT rule hands it on. Who sent it is what the broker knows of the connection: certificate, client id and
 * topic, never the payload.
 */
import * as z from 'zod';
import { type EntityKind, type EntityRef, entityRef, Sha256Schema } from '../../core/contracts/identifiers.ts';

const EnvelopeSchema = z.object({
  payload: z.base64(),
  topic: z.string().max(256),
  /** The id of the certificate at the broker: SHA-256 of its DER. */
  principal: Sha256Schema,
  clientId: z.string().max(128),
  receivedAtMs: z.number(),
});

export interface DeviceMessage {
  readonly bytes: Uint8Array;
  readonly thumbprint: string;
  readonly clientId: string;
  /** Who the topic speaks for. */
  readonly topicRef: EntityRef;
  /** Last part of the topic: `posture`, `health`, `evidence`, `sessions`, `audit`. */
  readonly channel: string;
}

const TOPIC = /^vg\/1\/([^/]+)\/([dg])\/([^/]+)\/([a-z]+)$/;
const KINDS: Readonly<Record<string, EntityKind>> = { d: 'device', g: 'gateway' };

/** @returns undefined for what no rule of ours has sent */
export function readDeviceMessage(body: string): DeviceMessage | undefined {
  try {
    const envelope = EnvelopeSchema.parse(JSON.parse(body));
    const [, site, kind, id, channel] = TOPIC.exec(envelope.topic) ?? [];
    const known = KINDS[kind ?? ''];
    if (known === undefined || id === undefined || channel === undefined || !id.startsWith(`${site}:`))
      return undefined;
    return {
      bytes: Buffer.from(envelope.payload, 'base64'),
      thumbprint: envelope.principal,
      clientId: envelope.clientId,
      topicRef: entityRef(known, id),
      channel,
    };
  } catch {
    return undefined;
  }
}

/** The certificate that a message came with, as the control plane issued it. */
interface IssuedCertificate {
  readonly ref: EntityRef;
  readonly status: 'active' | 'revoked';
}

export type SenderRefusal = 'sender-unknown' | 'sender-revoked' | 'sender-foreign-client' | 'sender-foreign-topic';

/** @returns why it cannot be believed who sent this; `undefined` when certificate, client id and topic agree */
export function refuseSender(
  { clientId, topicRef }: DeviceMessage,
  certificate: IssuedCertificate | undefined,
): SenderRefusal | undefined {
  if (certificate === undefined) return 'sender-unknown';
  if (certificate.status !== 'active') return 'sender-revoked';
  if (clientId !== certificate.ref.id) return 'sender-foreign-client';
  const same = topicRef.id === certificate.ref.id && topicRef.kind === certificate.ref.kind;
  return same ? undefined : 'sender-foreign-topic';
}
