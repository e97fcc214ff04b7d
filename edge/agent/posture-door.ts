/** Reports to the gateway, so that it can judge while the cloud is away: HTTPS on the gateway's own alias. */
import { Agent } from 'node:https';
import { gatewayAlias } from '../decision/gateway-alias.ts';
import type { GatewayAddress } from './config.ts';
import type { GatewayTls } from './gateway-peer.ts';
import { exchange } from './https-exchange.ts';
import type { BuiltReport } from './report-builder.ts';
import type { SendOutcome } from './report-channel.ts';
import type { ServerClock } from './server-clock.ts';
import type { TransmissionWatch } from './transmission-watch.ts';

export interface PostureDoor {
  /** Rejects when it may work later. */
  send(report: BuiltReport): Promise<SendOutcome>;
  close(): void;
}

export interface PostureDoorOptions {
  readonly address: GatewayAddress;
  readonly tls: GatewayTls;
  readonly clock: ServerClock;
  readonly transmission: TransmissionWatch;
  readonly nowMs: () => number;
}

export function createPostureDoor({ address, tls, clock, transmission, nowMs }: PostureDoorOptions): PostureDoor {
  const alias = gatewayAlias(address.id);
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const url = new URL(`https://${host}:${address.port}/v1/posture`);
  const agent = new Agent({ ...tls, keepAlive: true, maxSockets: 1, servername: alias });
  return {
    async send(report) {
      const sentMs = nowMs();
      const answer = await exchange({
        url,
        method: 'POST',
        headers: { host: alias, 'content-type': 'application/json' },
        body: report.bytes,
        connection: { agent, servername: alias },
      });
      clock.observe(answer.headers.date, sentMs, nowMs());
      transmission.observe('gateway', answer.tls);
      return outcomeOf(answer.status, answer.text);
    },
    close: () => agent.destroy(),
  };
}

/** A report that is wrong stays wrong; a gateway that cannot take it now is asked again. */
function outcomeOf(status: number, text: string): SendOutcome {
  if (status >= 200 && status < 300) return { outcome: 'taken' };
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    return { outcome: 'refused', code: codeOf(text) ?? `status-${status}` };
  throw new Error(`the gateway answered ${status}`);
}

function codeOf(text: string): string | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? code.slice(0, 64) : undefined;
  } catch {
    return undefined;
  }
}
