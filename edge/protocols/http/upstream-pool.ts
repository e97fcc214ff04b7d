/**
 * Connections to resources, kept open and used again. A resource that speaks TLS must prove with its certificate that
 * it is that resource; the gateway shows its own.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { UpstreamTls } from '../upstream-tls.ts';

const IDLE_SOCKETS = 64;
const IDLE_TIMEOUT_MS = 30_000;

/** @param tls null for a resource without TLS */
export function createUpstreamPool(tls: UpstreamTls | null): HttpAgent {
  const common = { keepAlive: true, maxFreeSockets: IDLE_SOCKETS, scheduling: 'lifo' as const };
  const agent = tls === null ? new HttpAgent(common) : new HttpsAgent({ ...common, ...tls });
  agent.on('free', (socket) => socket.setTimeout(IDLE_TIMEOUT_MS));
  return agent;
}
