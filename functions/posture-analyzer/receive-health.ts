/** How a gateway is, as it says itself: counted and logged. Its posture travels on the same channel as any posture report. */
import { GatewayHealthSchema } from '../../core/contracts/gateway-report.ts';
import type { DeviceMessage } from '../http/device-message.ts';
import type { Container } from './container.ts';

/** @returns true when the message was one about health, and is done with */
export function receiveHealth(message: DeviceMessage, { log, metrics }: Container): boolean {
  if (message.channel !== 'health') return false;
  const health = readHealth(message.bytes);
  if (health === undefined) return false;
  if (health.gateway !== message.topicRef.id || health.gateway !== message.clientId) {
    metrics.count('PostureRefused', { Code: 'sender-foreign-topic' });
    log.warn('posture-refused', { reason: 'sender-foreign-topic', thumbprint: message.thumbprint });
    return true;
  }
  if (health.headAgeSeconds !== null) {
    metrics.count('GatewayHeadAge', { Gateway: health.gateway }, health.headAgeSeconds);
  }
  log.info('health-received', {
    gateway: health.gateway,
    freshness: health.freshness,
    headAgeSeconds: health.headAgeSeconds,
    stateSeq: health.stateSeq,
    bundleVersion: health.bundleVersion,
    sessions: health.sessions,
  });
  return true;
}

function readHealth(bytes: Uint8Array) {
  try {
    return GatewayHealthSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
