/**
 * From an order's arrival at the gateway to the closed socket, for every cause of a cut, at random phases, with and
 * without new dials running; and whether any connection that starts after the acknowledgement succeeds.
 * `npm run bench -- cut [--runs N] [--workers N]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sealBundle } from '../core/bundle/seal-bundle.ts';
import type { StateChange } from '../core/contracts/site-state.ts';
import { httpText, TestClient } from '../test/fixtures/gateway-client.ts';
import { createGatewayWorld } from '../test/fixtures/gateway-world.ts';
import { GATEWAY_ID, NORTH, refOf, testSubject } from '../test/fixtures/site.ts';
import { type LoadTarget, loadContexts, runLoad } from './support/handshake-load.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '30' }, workers: { type: 'string', default: '1' } },
});
const runs = Number(values.runs);
const MAX_PHASE_MS = 40;
const DIAL_CONCURRENCY = 4;

const world = await createGatewayWorld();
const gateway = await world.spawn({ workers: Number(values.workers) });
const { site } = world;
const { pump } = site.entities;
const pumpRef = refOf(pump);
const { alias } = site.entities.fhir;
const held = { thumbprints: [site.leaves.pump.thumbprint], nowMs: site.nowMs };
const put = (changes: Parameters<typeof testSubject>[1]): StateChange => ({
  op: 'put-subject',
  subject: testSubject(pumpRef, changes, held),
});
let bundleVersion = 1;

const CAUSES: Readonly<Record<string, (sessionId: string) => StateChange>> = {
  trust: () => put({ state: 'quarantined' }),
  policy: () => ({ op: 'withdraw', kind: 'policy', id: '900-test-open', untilBundleVersion: bundleVersion + 1 }),
  certificate: () => put({ certificates: [] }),
  responsibility: () => ({ op: 'withdraw', kind: 'owner', id: pump.id, untilBundleVersion: bundleVersion + 1 }),
  session: (sessionId) => ({ op: 'end-session', sessionId }),
};

/** Everything that an order took away is given back. */
async function restore(): Promise<void> {
  bundleVersion += 1;
  const { signer, nowMs, content } = site;
  const sealed = await sealBundle(content, {
    site: NORTH,
    gateways: [GATEWAY_ID],
    version: bundleVersion,
    nowMs,
    signer,
  });
  await world.carryIn(sealed.token);
  await world.order([put({})]);
}

const dial = (): TestClient => new TestClient({ port: gateway.port, pki: site.pki, leaf: site.leaves.pump, alias });

interface Cut {
  /** Order handed over → connection closed at the client, in the client's own view. */
  readonly clientMs: number;
  readonly admittedAfterAcknowledgement: boolean;
}

async function oneCut(cause: string): Promise<Cut> {
  const client = dial();
  client.send(httpText('GET', '/fhir/Patient/1'));
  await client.until('"received"');
  const own = world.requestHeaders.findLast((headers) => headers['x-vitalgate-subject'] === `device/${pump.id}`);
  const sessionId = String(own?.['x-vitalgate-session']);
  const change = CAUSES[cause]?.(sessionId);
  if (change === undefined) throw new Error(`no such cause: ${cause}`);
  await sleep(Math.random() * MAX_PHASE_MS);
  const started = performance.now();
  const closed = client.closed.then(() => performance.now() - started);
  const answer = await world.order([change]);
  if (!answer.ok) throw new Error(`the order was refused: ${answer.code}`);
  const again = dial();
  again.send(httpText('GET', '/fhir/Patient/2', ['Connection: close']));
  await again.closed;
  const clientMs = await closed;
  await restore();
  return { clientMs, admittedAfterAcknowledgement: cause !== 'session' && again.received !== '' };
}

const quantile = (sorted: readonly number[], share: number): number =>
  Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2));

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((left, right) => left - right);

async function measure(cause: string, dials: boolean): Promise<void> {
  const cuts: Cut[] = [];
  const skip = (await world.audit()).length;
  for (let run = 0; run < runs; run += 1) cuts.push(await oneCut(cause));
  await sleep(200);
  const records = (await world.audit())
    .slice(workerCount > 1 ? 0 : skip)
    .filter(({ event }) => event === 'session-cut');
  const micros = records
    .filter(({ sessionId, subject }) => sessionId !== undefined && subject?.id === pump.id)
    .map(({ details }) => Number(details['microsFromOrder']) / 1000)
    .slice(-runs);
  const [inside, outside] = [ascending(micros), ascending(cuts.map(({ clientMs }) => clientMs))];
  console.log(
    JSON.stringify({
      bench: 'cut',
      cause,
      dials,
      runs: inside.length,
      orderToClosedMs: { p50: quantile(inside, 0.5), p95: quantile(inside, 0.95) },
      orderToClientSeesMs: { p50: quantile(outside, 0.5), p95: quantile(outside, 0.95) },
      aim: { p50: 9, p95: 20 },
      admittedAfterAcknowledgement: cuts.filter(({ admittedAfterAcknowledgement }) => admittedAfterAcknowledgement)
        .length,
    }),
  );
}

const workerCount = Number(values.workers);
const { monitor } = site.leaves;
const loadClient = { cert: monitor.chainPem, key: monitor.privateKeyPem, ca: site.pki.root.certificatePem };
const contexts = loadContexts([loadClient], undefined);
const target: LoadTarget = {
  port: gateway.port,
  serverName: alias,
  request: httpText('GET', '/fhir/Patient/9', ['Connection: close']),
};

try {
  for (const dials of [false, true]) {
    let dialling = dials;
    const background = (async () => {
      while (dialling) await runLoad(target, contexts, 50, DIAL_CONCURRENCY);
    })();
    for (const cause of Object.keys(CAUSES)) await measure(cause, dials);
    dialling = false;
    await background;
  }
} finally {
  await world.close();
}
