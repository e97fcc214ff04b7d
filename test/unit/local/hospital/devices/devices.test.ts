import { describe, expect, it } from 'vitest';
import { entityRef } from '../../../../../core/contracts/identifiers.ts';
import { startAnalyser } from '../../../../../local/hospital/devices/analyser.ts';
import { startBedsideMonitor } from '../../../../../local/hospital/devices/bedside-monitor.ts';
import { startCt } from '../../../../../local/hospital/devices/ct.ts';
import { startInfusionPump } from '../../../../../local/hospital/devices/infusion-pump.ts';
import { startFhirServer } from '../../../../../local/hospital/systems/fhir-server.ts';
import { startResultsSink } from '../../../../../local/hospital/systems/results-sink.ts';
import { asGateway, createHospitalSite, GATEWAY, LISTEN, local, passage, recorded, started } from '../hospital-site.ts';

/** Both systems, and to each a local port that leads there as the gateway would. */
async function ward() {
  const site = await createHospitalSite();
  const systems = recorded();
  const common = { listen: LISTEN, gateway: GATEWAY.id };
  const ehr = entityRef('resource', 'north:fhir');
  const lab = entityRef('resource', 'north:results');
  const server = await started(startFhirServer({ ...common, id: ehr.id, identity: await site.identity(ehr) }, systems));
  const sink = await started(startResultsSink({ ...common, id: lab.id, identity: await site.identity(lab) }, systems));
  const fhir = await passage(asGateway(site, server.port));
  const lines = await passage(asGateway(site, sink.port));
  return { systems, server, fhir, lines, around: recorded() };
}
type Ward = Awaited<ReturnType<typeof ward>>;

const startPump = ({ fhir, lines, around }: Ward) =>
  started(
    startInfusionPump(
      {
        id: 'north:pump-3',
        patient: 'patient-3',
        telemetry: local(lines.port),
        fhir: local(fhir.port),
        service: { port: 0 },
        lineEverySeconds: 0.02,
        statusEverySeconds: 0.05,
      },
      around,
    ),
  );

const written = ({ systems }: Ward, method: string, type: string) =>
  systems.of('interaction').filter((one) => one['method'] === method && one['type'] === type);

describe('an infusion pump', () => {
  it('streams its therapy over one connection and records its status', async () => {
    const here = await ward();
    await startPump(here);
    const line = await here.systems.until('line-received', 5);
    expect(line).toMatchObject({ kind: 'THERAPY', sender: 'north:pump-3', number: 5 });
    await here.around.until('fhir-answered', 4);
    expect(here.lines.count()).toBe(1);
    expect(here.fhir.count()).toBe(1);
    expect(written(here, 'PUT', 'Device')[0]).toMatchObject({ status: 201 });
    expect(written(here, 'POST', 'Observation')[0]).toMatchObject({ status: 201 });
  });

  it('comes back by itself after it was cut, and loses no line', async () => {
    const here = await ward();
    const { around, lines, systems } = here;
    await startPump(here);
    await around.until('line-connected');
    lines.refuse(true);
    lines.cut();
    await around.until('line-lost', 2);
    lines.refuse(false);
    await around.until('line-connected', 2);
    await systems.until('sender-connected', 2);
    expect(around.of('line-dropped')).toEqual([]);
  });

  it('goes on with its therapy while nobody is there to hear of it', async () => {
    const around = recorded();
    const config = { patient: 'patient-3', telemetry: local(1), fhir: local(1), lineEverySeconds: 0.02 };
    const pump = await started(startInfusionPump({ id: 'north:pump-3', ...config, service: { port: 0 } }, around));
    expect((await around.until('line-lost', 2))['waiting']).toBeGreaterThan(0);
    const answer = await fetch(`http://127.0.0.1:${pump.port}/status`);
    expect(await answer.json()).toMatchObject({ libraryVersion: 0 });
  });

  it('leaves neither socket nor timer when it is stopped', async () => {
    const here = await ward();
    const pump = await startPump(here);
    await here.around.until('line-connected');
    await Promise.all([pump.stop(), pump.stop()]);
    expect(here.around.events.at(-1)?.event).toBe('stopped');
    await here.systems.until('sender-gone');
    await expect(fetch(`http://127.0.0.1:${pump.port}/status`)).rejects.toThrow('fetch failed');
  });
});

describe('a bedside monitor', () => {
  const start = ({ fhir, around }: Ward) =>
    started(
      startBedsideMonitor(
        { id: 'north:monitor-1', patient: 'patient-3', fhir: local(fhir.port), everySeconds: 0.02 },
        around,
      ),
    );

  it('records the vital signs of its patient, again and again', async () => {
    const here = await ward();
    await start(here);
    await here.around.until('fhir-answered', 8);
    expect(written(here, 'PUT', 'Device')).toHaveLength(1);
    expect(written(here, 'POST', 'Observation').length).toBeGreaterThanOrEqual(6);
    expect(here.around.of('fhir-refused')).toEqual([]);
  });

  it('goes on once it is let in again', async () => {
    const here = await ward();
    here.fhir.refuse(true);
    await start(here);
    await here.around.until('fhir-lost', 2);
    here.fhir.refuse(false);
    await here.around.until('fhir-answered', 4);
    expect(written(here, 'POST', 'Observation').length).toBeGreaterThan(0);
  });
});

describe('an analyser', () => {
  it('sends a line a result, none lost while the way was closed', async () => {
    const { lines, around, systems } = await ward();
    lines.refuse(true);
    const config = { id: 'north:lab-1', results: local(lines.port), everySeconds: 600 };
    const analyser = await started(startAnalyser(config, around));
    await around.until('line-lost');
    await analyser.orders['run']?.();
    lines.refuse(false);
    await systems.until('line-received', 6);
    expect(systems.of('line-received').map((one) => one['number'])).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('a CT', () => {
  it('takes the studies on its worklist, each once', async () => {
    const here = await ward();
    await here.server.orders['place-order']?.();
    await here.server.orders['place-order']?.();
    const config = { id: 'north:ct-1', fhir: local(here.fhir.port), everySeconds: 0.05 };
    const ct = await started(startCt(config, here.around));
    await here.around.until('study-sent', 3);
    await ct.orders['scan']?.();
    expect(here.around.of('study-sent')).toHaveLength(3);
    expect(written(here, 'PUT', 'ImagingStudy').map((one) => one['status'])).toEqual([201, 201, 201]);
  });
});
