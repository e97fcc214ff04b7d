/** What a local run is: one site with one gateway, an issuer of its own. */
import type { Ports } from './ports.ts';

export interface LocalSettings {
  readonly site: string;
  readonly gateway: string;
  readonly issuer: string;
  readonly audience: string;
  readonly mqttEndpoint: string;
}

const SITE = 'north';

export const localSettings = (ports: Ports): LocalSettings => ({
  site: SITE,
  gateway: `${SITE}:gw-1`,
  issuer: `https://localhost:${ports.ISSUER}`,
  audience: 'vitalgate',
  mqttEndpoint: `mqtts://localhost:${ports.MQTT}`,
});
