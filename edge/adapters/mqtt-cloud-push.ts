/** The push channel over AWS IoT Core: MQTT with the gateway's own certificate. @see design.md 9, north-bound */
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { CloudPush, CloudPushHandlers, DownTopic } from '../gateway/cloud-link.ts';

/** AWS IoT: MQTT with client certificates on port 443 is chosen by this ALPN name. */
const ALPN_MQTT_ON_443 = 'x-amzn-mqtt-ca';
const KEEP_ALIVE_SECONDS = 30;
const RECONNECT_MS = 1000;
const DOWN_TOPICS: readonly DownTopic[] = ['head', 'state', 'command'];

export interface MqttCloudPushOptions {
  readonly url: string;
  readonly site: string;
  readonly gateway: string;
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
  readonly monotonicMs: () => number;
}

/** Starts connecting and keeps at it for as long as it is open. */
export function openMqttCloudPush(options: MqttCloudPushOptions, handlers: CloudPushHandlers): CloudPush {
  const base = `vg/1/${options.site}/g/${options.gateway}`;
  const client = connect(options.url, clientOptions(options));
  confirmAfterHandling(client, `${base}/`, options.monotonicMs, handlers);
  const topics = DOWN_TOPICS.map((topic) => `${base}/${topic}`);
  client.on('connect', () => {
    client.subscribeAsync(topics, { qos: 1 }).then(handlers.onConnected, () => client.reconnect());
  });
  client.on('close', handlers.onLost);
  client.on('error', () => undefined);
  return {
    get connected() {
      return client.connected;
    },
    async publish(topic, message) {
      if (!client.connected) throw new Error('the broker is not connected');
      await client.publishAsync(`${base}/${topic}`, message, { qos: 1 });
    },
    async close() {
      await client.endAsync(!client.connected);
    },
  };
}

function clientOptions(options: MqttCloudPushOptions): IClientOptions {
  const { port } = new URL(options.url);
  return {
    clientId: options.gateway,
    cert: options.cert,
    key: options.key,
    ...(options.ca !== undefined && { ca: options.ca }),
    ...(port === '443' && { ALPNProtocols: [ALPN_MQTT_ON_443] }),
    protocolVersion: 5,
    clean: true,
    keepalive: KEEP_ALIVE_SECONDS,
    reconnectPeriod: RECONNECT_MS,
    resubscribe: false,
    rejectUnauthorized: true,
  };
}

/** The client sends its PUBACK when this calls back: an order is acknowledged after it is in force, not before. */
function confirmAfterHandling(
  client: MqttClient,
  prefix: string,
  monotonicMs: () => number,
  handlers: CloudPushHandlers,
): void {
  client.handleMessage = (packet, callback) => {
    const name = packet.topic.startsWith(prefix) ? packet.topic.slice(prefix.length) : '';
    const topic = DOWN_TOPICS.find((one) => one === name);
    if (topic === undefined) {
      callback();
      return;
    }
    const done = (): void => callback();
    handlers.onMessage(topic, packet.payload.toString(), monotonicMs()).then(done, done);
  };
}
