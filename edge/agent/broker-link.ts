/** What the agent needs of a message broker, whatever speaks MQTT. */
import type { ChannelProtection } from './transmission-watch.ts';

export interface BrokerLink {
  readonly connected: boolean;
  /** Resolves when the broker has confirmed; rejects when it may work later. */
  publishReport(report: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface BrokerLinkHandlers {
  /** Also after every reconnect. */
  readonly onConnected: (protection: ChannelProtection | null) => void;
  readonly onLost: () => void;
  /** @param token what stands on the command topic, unverified */
  readonly onCommand: (token: string) => void;
}
