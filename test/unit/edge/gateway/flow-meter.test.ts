import { expect, it } from 'vitest';
import { VerbSchema } from '../../../../core/contracts/identifiers.ts';
import { FlowMeter } from '../../../../edge/gateway/flow-meter.ts';

it('counts bytes, packets and verbs by direction, and starts anew after each reading', () => {
  const meter = new FlowMeter();
  meter.toPeer(100);
  meter.toPeer(50);
  meter.fromPeer(10);
  meter.verb(VerbSchema.parse('fhir:read'), false);
  meter.verb(VerbSchema.parse('fhir:read'), true);
  const reading = meter.take();
  expect(reading.toPeer).toMatchObject({ bytes: 150, packets: 2 });
  expect(reading.fromPeer).toMatchObject({ bytes: 10, packets: 1 });
  expect(reading.verbs).toEqual([{ verb: 'fhir:read', count: 2, failures: 1 }]);
  expect(reading.failures).toBe(1);
  expect(reading.firstByteDelayMicros).not.toBeNull();
  expect(meter.idle).toBe(true);
  expect(meter.take().toPeer).toMatchObject({ bytes: 0, packets: 0 });
});

it('gives integers only, and zeros where there is nothing to measure', () => {
  const meter = new FlowMeter();
  meter.toPeer(1);
  const { toPeer } = meter.take();
  expect(toPeer.interArrival).toEqual({ meanMicros: 0, deviationMicros: 0, minimumMicros: 0, maximumMicros: 0 });
  for (let packet = 0; packet < 20; packet += 1) meter.toPeer(1);
  const { interArrival } = meter.take().toPeer;
  for (const value of Object.values(interArrival)) expect(Number.isSafeInteger(value)).toBe(true);
});
