/** An agent's channel over AWS IoT Core: MQTT 5 with its own certificate, on its own topics and no others. */
import { TLSSocket } from 'node:tls';
import { connect, type MqttClient } from 'mqtt';
import { type EntityId, siteOf } from '../../core/contracts/identifiers.ts';
import type { BrokerLink, BrokerLinkHandlers } from '../agent/broker-link.ts';
import type { ChannelProtection } from '../agent/transmission-watch.ts';

const KEEP_ALIVE_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 10_000;
/** Between tries, with up to as much again by chance: a ward that lost power comes back all at once. */
const RECONNECT_MS = 1_000;
/** AWS IoT: MQTT with client certificates on port 443 is chosen by this ALPN name. */
const ALPN_MQTT_ON_443 = 'x-amzn-mqtt-ca';
/** Confirmations do not take longer than this; a broker that is silent for so long is asked again. */
const PUBLISH_TIMEOUT_MS = 10_000;

export interface MqttAgentLinkOptions {
  readonly url: string;
  /** Thing name and client id. */
  readonly thing: EntityId;
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
  readonly random: () => number;
}

/** Starts connecting and keeps at it for as long as it is open. */
export function openMqttAgentLink(options: MqttAgentLinkOptions, handlers: BrokerLinkHandlers): BrokerLink {
  const { url, thing, cert, key, ca, random } = options;
  const base = `vg/1/${siteOf(thing)}/d/${thing}`;
  const client = connect(url, {
    clientId: thing,
    cert,
    key,
    ...(ca !== undefined && { ca }),
    ...(new URL(url).port === '443' && { ALPNProtocols: [ALPN_MQTT_ON_443] }),
    protocolVersion: 5,
    clean: true,
    keepalive: KEEP_ALIVE_SECONDS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: Math.round(RECONNECT_MS * (1 + random())),
    resubscribe: false,
    // Reports wait in the agent's own channel, where the newest wins.
    queueQoSZero: false,
    rejectUnauthorized: true,
  });
  client.on('connect', () => {
    client.subscribeAsync(`${base}/command`, { qos: 1 }).then(
      () => handlers.onConnected(protectionOf(client)),
      () => client.reconnect(),
    );
  });
  client.on('message', (topic, payload) => {
    if (topic === `${base}/command`) handlers.onCommand(payload.toString('utf8'));
  });
  client.on('close', handlers.onLost);
  client.on('error', () => undefined);
  return {
    get connected() {
      return client.connected;
    },
    async publishReport(report) {
      if (!client.connected) throw new Error('the broker is not connected');
      await withinTime(client.publishAsync(`${base}/posture`, Buffer.from(report), { qos: 1 }));
    },
    async close() {
      await client.endAsync(!client.connected);
    },
  };
}

function protectionOf(client: MqttClient): ChannelProtection | null {
  const { stream } = client;
  if (!(stream instanceof TLSSocket)) return null;
  const version = stream.getProtocol();
  return version === null ? null : { version, cipher: stream.getCipher().standardName };
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the broker did not confirm')), PUBLISH_TIMEOUT_MS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
