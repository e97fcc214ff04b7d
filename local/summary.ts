/** What runs where, as the last thing a start says. */
import type { Ports } from './ports.ts';
import { table } from './progress.ts';
import type { Runtime } from './runtime-file.ts';

export function summary(runtime: Runtime, ports: Ports, seconds: number): string {
  const rows = [
    ['what', 'where'],
    ['API', runtime.api.baseUrl],
    ['API document', `${runtime.api.baseUrl}/openapi.json`],
    ['AWS endpoint', `https://localhost:${ports.ENDPOINT}`],
    ['IoT Core (MQTT, mutual TLS)', `mqtts://${runtime.mqtt.host}:${runtime.mqtt.port}`],
    ['development issuer', runtime.issuer],
    ['gateway (TLS 1.3, mutual)', `localhost:${runtime.gateway.tls}`],
    ['gateway metrics', `http://localhost:${runtime.gateway.metrics}/metrics`],
    ['bearer tokens by role', runtime.tokens['security-engineer']?.replace(/[^/]+$/, 'ROLE') ?? ''],
    ['trust anchor of API and issuer', runtime.ca],
  ];
  return [
    '',
    table(rows),
    '',
    `  Ready in ${seconds.toFixed(1)} s. Try: npx vitalgate demo malware --device pump-3`,
    '  Ctrl-C (or "npm stop") ends it.',
  ].join('\n');
}
