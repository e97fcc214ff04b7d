/**
 * Full mutual TLS 1.3 handshakes a second of the proxy's own processor time: `gateway run` with identity check, Cedar
 * decision and durable audit, beside Debian's nginx with client verification, same certificates, same resource, same load,
 * in turns. `npm run bench -- gateway [--connections N] [--rounds N] [--concurrency N]`
 */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadPolicies } from '../cli/load-policies.ts';
import { httpText } from '../test/fixtures/gateway-client.ts';
import { createGatewayWorld } from '../test/fixtures/gateway-world.ts';
import { type LoadTarget, loadContexts, runLoad } from './support/handshake-load.ts';
import { startNginx } from './support/nginx.ts';
import { cpuSeconds } from './support/process-cpu.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '600' },
    rounds: { type: 'string', default: '12' },
    concurrency: { type: 'string', default: '16' },
  },
});
const connections = Number(values.connections);
const concurrency = Number(values.concurrency);
const CIPHER = 'TLS_AES_128_GCM_SHA256';
const POLICIES = fileURLToPath(new URL('../core/policy/policies', import.meta.url));

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const world = await createGatewayWorld({
  policies: await loadPolicies(POLICIES),
  adapt: ({ fhir }) => ({ fhir: { ...fhir, groups: ['icu'] } }),
});
const fhir = world.site.content.entities.find((entity) => entity.id === 'north:fhir');
if (fhir?.kind !== 'resource') throw new Error('the test site has no FHIR resource');
const tls = { minVersion: 'TLSv1.3', ciphers: CIPHER, tickets: false };
const gateway = await world.spawn({ tls });
const nginx = await startNginx({ directory: world.directory, upstreamPort: fhir.upstream.port, cipher: CIPHER });
const request = httpText('GET', '/fhir/Patient/1', ['Connection: close']);
const { leaves, pki } = world.site;
const clients = [leaves.pump, leaves.monitor].map((leaf) => ({
  cert: leaf.chainPem,
  key: leaf.privateKeyPem,
  ca: pki.root.certificatePem,
}));

/** Node offers the hybrid group first, which nginx on Debian 12's OpenSSL cannot take: so both ways are shown. */
const LOADS = [
  { name: 'same group (X25519)', groups: 'X25519' },
  { name: "each proxy's best group", groups: 'X25519MLKEM768:X25519' },
];

/** A gateway runs for months: both are measured warm, and in short turns, so that other load falls on both alike. */
const WARM_UP_CONNECTIONS = 10_000;

async function perCpuSecond(pid: number, target: LoadTarget, groups: string, total = connections): Promise<number> {
  const contexts = loadContexts(clients, groups);
  const before = cpuSeconds(pid);
  const { ok, failed } = await runLoad(target, contexts, total, concurrency);
  if (failed > 0) throw new Error(`${failed} of ${total} connections failed`);
  return ok / (cpuSeconds(pid) - before);
}

const nginxTarget: LoadTarget = { port: nginx.port, serverName: 'localhost', request };
const gatewayTarget: LoadTarget = { port: gateway.port, serverName: fhir.alias, request };
try {
  console.log(
    `node ${process.version}, ${nginx.version}, ${connections} connections a round, ${concurrency} at a time`,
  );
  for (const { name, groups } of LOADS) {
    await perCpuSecond(nginx.workerPid, nginxTarget, groups, WARM_UP_CONNECTIONS);
    await perCpuSecond(gateway.pid, gatewayTarget, groups, WARM_UP_CONNECTIONS);
    const rounds: { nginx: number; gateway: number }[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      rounds.push({
        nginx: await perCpuSecond(nginx.workerPid, nginxTarget, groups),
        gateway: await perCpuSecond(gateway.pid, gatewayTarget, groups),
      });
    }
    const [peer, ours] = [median(rounds.map((one) => one.nginx)), median(rounds.map((one) => one.gateway))];
    const ratio = median(rounds.map((one) => one.gateway / one.nginx));
    console.log(
      JSON.stringify({
        bench: 'gateway',
        load: name,
        handshakesPerCpuSecond: { nginx: Math.round(peer), gateway: Math.round(ours) },
        ratio: Number(ratio.toFixed(3)),
        aim: 0.75,
      }),
    );
  }
} finally {
  nginx.stop();
  await world.close();
}
