/** `/metrics` for Prometheus and `/healthz` for whoever restarts things. On the loopback interface only. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MetricFamily, renderFamilies } from './metrics.ts';

export interface Health {
  readonly healthy: boolean;
  readonly [member: string]: unknown;
}

export interface MetricsServer {
  readonly port: number;
  close(): void;
}

export async function openMetricsServer(
  port: number,
  families: () => Promise<readonly MetricFamily[]>,
  health: () => Health,
): Promise<MetricsServer> {
  const server: Server = createServer((request, response) => {
    if (request.method !== 'GET') response.writeHead(405).end();
    else if (request.url === '/healthz') {
      const state = health();
      response.writeHead(state.healthy ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(state));
    } else if (request.url === '/metrics') {
      families().then(
        (all) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(renderFamilies(all)),
        () => response.writeHead(500).end(),
      );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
