/** The ways that reports take and commands come: the broker and the gateway, each on its own. */
import { readFileSync } from 'node:fs';
import { InvalidInputError } from '../../core/errors.ts';
import { openMqttAgentLink } from '../adapters/mqtt-agent-link.ts';
import { createBackoff } from './backoff.ts';
import type { BrokerConfig, GatewayAddress } from './config.ts';
import type { GatewayTls } from './gateway-peer.ts';
import type { AgentIdentity } from './identity/stored-identity.ts';
import type { AgentLog } from './log.ts';
import { createPostureDoor } from './posture-door.ts';
import { ReportChannel } from './report-channel.ts';
import type { ServerClock } from './server-clock.ts';
import type { TransmissionWatch } from './transmission-watch.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

export interface ChannelParts {
  readonly identity: AgentIdentity;
  readonly clock: ServerClock;
  readonly transmission: TransmissionWatch;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: AgentLog;
}

export interface OpenChannel {
  readonly reports: ReportChannel;
  close(): Promise<void>;
}

const newBackoff = (random: () => number) => createBackoff(FIRST_RETRY_MS, MAX_RETRY_MS, random);

/** @throws InvalidInputError `ERR_CONFIG_UNREADABLE` */
export function openBrokerChannel(
  config: BrokerConfig,
  { identity, transmission, random, log }: ChannelParts,
  takeCommand: (token: string) => void,
): OpenChannel {
  const reports = new ReportChannel({
    name: 'broker',
    backoff: newBackoff(random),
    log,
    send: async ({ bytes }) => {
      await link.publishReport(bytes);
      return { outcome: 'taken' };
    },
  });
  let connected = false;
  const link = openMqttAgentLink(
    {
      url: config.url,
      thing: identity.subject.id,
      cert: identity.certificate,
      key: identity.key,
      ca: config.ca === undefined ? undefined : readAnchors(config.ca),
      random,
    },
    {
      onConnected: (protection) => {
        connected = true;
        log('info', 'broker-connected');
        transmission.observe('broker', protection);
        reports.wake();
      },
      onLost: () => {
        if (connected) log('warn', 'broker-lost');
        connected = false;
      },
      onCommand: takeCommand,
    },
  );
  return {
    reports,
    close: () => {
      reports.close();
      return link.close();
    },
  };
}

export function openGatewayChannel(address: GatewayAddress, tls: GatewayTls, parts: ChannelParts): OpenChannel {
  const { clock, transmission, nowMs, random, log } = parts;
  const door = createPostureDoor({ address, tls, clock, transmission, nowMs });
  const reports = new ReportChannel({
    name: 'gateway',
    backoff: newBackoff(random),
    log,
    send: (report) => door.send(report),
  });
  return {
    reports,
    close: () => {
      reports.close();
      door.close();
      return Promise.resolve();
    },
  };
}

function readAnchors(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InvalidInputError('ERR_CONFIG_UNREADABLE', 'the anchors of the broker cannot be read', { cause });
  }
}
