import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { makeCertificateAtHome } from '../../../../../local/hospital/devices/home-made-certificate.ts';
import { startFhirServer } from '../../../../../local/hospital/systems/fhir-server.ts';
import { startResultsSink } from '../../../../../local/hospital/systems/results-sink.ts';
import { DAY_MS } from '../../../../fixtures/pki.ts';
import { createHospitalSite, GATEWAY, LISTEN, recorded, sayOverTls, started } from '../hospital-site.ts';

const REQUEST = 'GET /metadata HTTP/1.1\r\nHost: fhir\r\nConnection: close\r\n\r\n';
const FHIR = entityRef('resource', 'north:fhir');

async function twoSystems() {
  const site = await createHospitalSite();
  const around = recorded();
  const common = { listen: LISTEN, gateway: GATEWAY.id };
  const fhir = await started(startFhirServer({ ...common, id: FHIR.id, identity: await site.identity(FHIR) }, around));
  const lab = entityRef('resource', 'north:results');
  const sink = await started(startResultsSink({ ...common, id: lab.id, identity: await site.identity(lab) }, around));
  return { site, around, fhir: fhir.port ?? 0, sink: sink.port ?? 0 };
}

describe('a business system', () => {
  it('serves the gateway of its site, over TLS 1.3', async () => {
    const { site, fhir } = await twoSystems();
    const { received, protocol } = await sayOverTls(fhir, REQUEST, await site.peer(GATEWAY));
    expect(received).toContain('HTTP/1.1 200');
    expect(protocol).toBe('TLSv1.3');
  });

  it('gives no byte to anyone without the certificate of its gateway', async () => {
    const { site, around, fhir, sink } = await twoSystems();
    const foreign = await createHospitalSite();
    const strangers = {
      nobody: {},
      'a device': await site.peer(entityRef('device', 'north:pump-3')),
      'another system': await site.peer(FHIR),
      'another gateway of the site': await site.peer(entityRef('gateway', 'north:gw-2')),
      'a gateway of another site': await site.peer(entityRef('gateway', 'south:gw-1')),
      'a device certificate in the name of the gateway': await site.peer(GATEWAY, {
        purpose: 'gateway',
        authority: site.pki.device,
      }),
      'the same name from another authority': await foreign.peer(GATEWAY),
      'the same name, self-signed': await makeCertificateAtHome(GATEWAY, Date.now()),
      'the gateway, expired': await site.peer(GATEWAY, {
        notBeforeMs: Date.now() - 9 * DAY_MS,
        notAfterMs: Date.now() - DAY_MS,
      }),
    };
    for (const [who, credentials] of Object.entries(strangers))
      for (const port of [fhir, sink])
        expect((await sayOverTls(port, REQUEST, credentials)).received, `${who} was answered`).toBe('');
    expect(around.of('peer-refused')).toHaveLength(2 * Object.keys(strangers).length);
    expect(around.of('interaction')).toEqual([]);
    expect(around.of('line-received')).toEqual([]);
  });

  it('refuses TLS 1.2, from the gateway as well', async () => {
    const { site, fhir } = await twoSystems();
    const old = { ...(await site.peer(GATEWAY)), maxVersion: 'TLSv1.2' } as const;
    expect(await sayOverTls(fhir, REQUEST, old)).toEqual({ received: '', protocol: null });
  });

  it('answers plain HTTP with nothing of its own', async () => {
    const { fhir, around } = await twoSystems();
    const received = await new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = [];
      const socket = connect(fhir, '127.0.0.1', () => socket.write(REQUEST));
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(Buffer.concat(chunks)));
    });
    // At most the alert of TLS itself.
    expect(received.length).toBeLessThanOrEqual(7);
    expect(received.toString('latin1')).not.toContain('HTTP');
    expect(around.of('interaction')).toEqual([]);
  });
});
