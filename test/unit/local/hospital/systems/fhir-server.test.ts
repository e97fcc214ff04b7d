import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { startFhirServer } from '../../../../../local/hospital/systems/fhir-server.ts';
import { createHospitalSite, GATEWAY, LISTEN, recorded, started } from '../hospital-site.ts';

const HEART_RATE = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: 'Patient/patient-3' },
};

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what a FHIR server answers is read as it comes
  readonly body: any;
}
type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;

async function startServer() {
  const site = await createHospitalSite();
  const around = recorded();
  const fhir = entityRef('resource', 'north:fhir');
  const identity = await site.identity(fhir);
  const program = await started(
    startFhirServer({ id: fhir.id, listen: LISTEN, identity, gateway: GATEWAY.id }, around),
  );
  const credentials = await site.peer(GATEWAY);
  const call: Call = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: program.port, path, method, agent: false, rejectUnauthorized: false };
      const type = { 'content-type': 'application/fhir+json' };
      const outgoing = request({ ...options, ...credentials, headers: { ...type, ...headers } }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: text === '' ? undefined : JSON.parse(text),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
    });
  return { call, around, program };
}

const ids = ({ body }: Answered): string[] =>
  body.entry.map(({ resource }: { resource: { id: string } }) => resource.id);

describe('the FHIR server', () => {
  it('says what it can', async () => {
    const { call } = await startServer();
    const { status, headers, body } = await call('GET', '/metadata');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/fhir+json');
    expect(body).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    const types = body.rest[0].resource.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['Patient', 'Device', 'Observation']));
  });

  it('holds synthetic patients, each marked as test data', async () => {
    const { call } = await startServer();
    const { body } = await call('GET', '/Patient');
    expect(body.total).toBe(12);
    for (const { resource } of body.entry) expect(resource.meta.security[0].code).toBe('HTEST');
    expect((await call('GET', '/Patient/patient-3')).body.resourceType).toBe('Patient');
  });

  it('creates, reads, updates by version, keeps the versions and deletes', async () => {
    const { call } = await startServer();
    const created = await call('POST', '/Observation', HEART_RATE);
    expect(created.status).toBe(201);
    expect(created.headers.etag).toBe('W/"1"');
    const path = String(created.headers.location).replace('/_history/1', '');
    const changed = { ...created.body, status: 'amended' };
    const stale = await call('PUT', path, changed, { 'if-match': 'W/"7"' });
    expect([stale.status, stale.body.resourceType]).toEqual([412, 'OperationOutcome']);
    expect((await call('PUT', path, changed, { 'if-match': 'W/"1"' })).headers.etag).toBe('W/"2"');
    expect((await call('GET', path)).body.status).toBe('amended');
    expect((await call('GET', `${path}/_history/1`)).body.status).toBe('final');
    expect((await call('GET', `${path}/_history/9`)).status).toBe(404);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(410);
    expect(ids(await call('GET', '/Observation'))).toEqual([]);
  });

  it('creates at the id that an update names', async () => {
    const { call } = await startServer();
    const device = { resourceType: 'Device', id: 'pump-3', status: 'active' };
    expect((await call('PUT', '/Device/pump-3', device)).status).toBe(201);
    expect((await call('PUT', '/Device/pump-3', device)).status).toBe(200);
    expect((await call('PUT', '/Device/pump-4', device)).status).toBe(400);
  });

  it('searches by what a resource says, and alternatives of it', async () => {
    const { call } = await startServer();
    const other = { ...HEART_RATE, code: { coding: [{ system: 'http://loinc.org', code: '9279-1' }] } };
    const first = (await call('POST', '/Observation', HEART_RATE)).body.id;
    const second = (await call('POST', '/Observation', other)).body.id;
    const found = async (query: string) => ids(await call('GET', `/Observation?${query}`));
    expect(await found('code=8867-4')).toEqual([first]);
    expect(await found('code=http://loinc.org|9279-1')).toEqual([second]);
    expect(await found('code=urn:other|9279-1')).toEqual([]);
    expect(await found('code=8867-4,9279-1')).toEqual([second, first]);
    expect(await found('patient=patient-3&code=8867-4')).toEqual([first]);
    expect(await found('subject=Patient/patient-4')).toEqual([]);
    expect(await found('_lastUpdated=lt2020')).toEqual([]);
    expect(await found('_lastUpdated=ge2020-01-01')).toEqual([second, first]);
    expect(ids(await call('GET', '/Patient?family=ASH&birthdate=ge1960'))).toEqual(['patient-7']);
    expect(ids(await call('GET', '/Patient?family:exact=ash'))).toEqual([]);
  });

  it('searches by a form as well', async () => {
    const { call } = await startServer();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(ids(await call('POST', '/Patient/_search', '_id=patient-2,patient-5', form))).toHaveLength(2);
  });

  it('gives long results in pages that follow each other', async () => {
    const { call } = await startServer();
    const seen: string[] = [];
    for (let path: string | undefined = 'Patient?_count=5'; path !== undefined; ) {
      const page: Answered = await call('GET', `/${path}`);
      seen.push(...ids(page));
      path = page.body.link.find(({ relation }: { relation: string }) => relation === 'next')?.url;
    }
    expect(new Set(seen).size).toBe(12);
  });

  it('refuses what it does not understand with an OperationOutcome, and never with more than was asked for', async () => {
    const { call } = await startServer();
    const outcomes: [number, Promise<Answered>][] = [
      [400, call('GET', '/Patient?favourite-colour=red')],
      [400, call('GET', '/Patient?family:above=Ash')],
      [400, call('GET', '/Patient?birthdate=yesterday')],
      [404, call('GET', '/Medication/1')],
      [404, call('GET', '/Patient/nobody')],
      [404, call('GET', '/')],
      [405, call('PATCH', '/Patient/patient-1', {})],
      [400, call('POST', '/Observation', { resourceType: 'Observation' })],
      [400, call('POST', '/Observation', { ...HEART_RATE, resourceType: 'Patient' })],
      [400, call('POST', '/Observation', '{not json')],
      [415, call('POST', '/Observation', HEART_RATE, { 'content-type': 'text/plain' })],
      [413, call('POST', '/Observation', { ...HEART_RATE, note: 'x'.repeat(300_000) })],
    ];
    for (const [status, answer] of outcomes) {
      const { status: given, body } = await answer;
      expect([given, body.resourceType]).toEqual([status, 'OperationOutcome']);
    }
  });

  it('says who wrote a resource as the gateway says it, not as the writer does', async () => {
    const { call, around } = await startServer();
    const lie = { ...HEART_RATE, meta: { source: 'spiffe://vitalgate/site/north/device/monitor-1' } };
    const said = await call('POST', '/Observation', lie, { 'x-vitalgate-subject': 'device/north:pump-3' });
    expect(said.body.meta.source).toBe('spiffe://vitalgate/site/north/device/pump-3');
    expect((await call('POST', '/Observation', lie)).body.meta.source).toBeUndefined();
    expect(around.of('interaction')[0]).toMatchObject({ method: 'POST', type: 'Observation', subject: 'north:pump-3' });
  });

  it('tells no id and no search value in its events', async () => {
    const { call, around } = await startServer();
    await call('GET', '/Patient?family=Ashwood');
    await call('GET', '/Patient/patient-3');
    expect(JSON.stringify(around.events)).not.toMatch(/Ashwood|patient-3/);
  });

  it('puts an order on the worklist, and closes it with the study that answers it', async () => {
    const { call, program } = await startServer();
    await program.orders['place-order']?.();
    const { body } = await call('GET', '/ServiceRequest?status=active');
    const [{ resource: order }] = body.entry;
    const study = { resourceType: 'ImagingStudy', status: 'available', subject: order.subject };
    await call('POST', '/ImagingStudy', { ...study, basedOn: [{ reference: `ServiceRequest/${order.id}` }] });
    expect((await call('GET', `/ServiceRequest/${order.id}`)).body.status).toBe('completed');
  });
});
