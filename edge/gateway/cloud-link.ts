/** What the gateway needs of the control plane, whatever carries it. */
import type { SpoolTopic } from '../spool/delivery.ts';

export type DownTopic = 'head' | 'state' | 'command';

/** Push channel. A message is confirmed to the broker only after `onMessage` has resolved. */
export interface CloudPush {
  publish(topic: SpoolTopic, message: string): Promise<void>;
  readonly connected: boolean;
  close(): Promise<void>;
}

export interface CloudPushHandlers {
  /** @param arrivedMs monotonic, taken when the packet was read */
  readonly onMessage: (topic: DownTopic, token: string, arrivedMs: number) => Promise<void>;
  /** Also after every reconnect: something may have been missed. */
  readonly onConnected: () => void;
  readonly onLost: () => void;
}

/** Pull channel: each answer is a compact JWS. Rejects with a `VitalgateError` when there is none. */
export interface CloudPull {
  head(): Promise<string>;
  snapshot(): Promise<string>;
  bundle(): Promise<string>;
}
