import { describe, expect, it } from 'vitest';
import { createBackoff } from '../../../../edge/agent/backoff.ts';
import { createCertificateCollector } from '../../../../edge/agent/collectors/certificate.ts';
import { createClockCollector } from '../../../../edge/agent/collectors/clock.ts';
import { SYSTEM_PATHS } from '../../../../edge/agent/collectors/collector.ts';
import { createTransmissionCollector } from '../../../../edge/agent/collectors/transmission.ts';
import { ServerClock } from '../../../../edge/agent/server-clock.ts';
import { TransmissionWatch } from '../../../../edge/agent/transmission-watch.ts';
import { createTestPki } from '../../../fixtures/pki.ts';
import { PUMP } from './fake-gateway.ts';

describe('the server clock', () => {
  const at = (nowMs: number) => new ServerClock(() => nowMs);

  it('knows no offset before a server has answered, and goes by its own time', () => {
    const clock = at(5_000);
    clock.observe(undefined, 0, 0);
    clock.observe('yesterday', 0, 0);
    expect([clock.offsetMs, clock.nowMs()]).toEqual([null, 5_000]);
  });

  it('measures against the middle of the exchange, and takes the cut of whole seconds into account', () => {
    const serverMs = Date.parse('2026-11-23T12:00:00Z');
    const clock = at(serverMs + 90_000);
    clock.observe('Mon, 23 Nov 2026 12:00:00 GMT', serverMs + 89_900, serverMs + 90_100);
    expect(clock.offsetMs).toBe(89_500);
    expect(clock.nowMs()).toBe(serverMs + 500);
  });

  it('is told as synchronised when it agrees as far as a server tells', async () => {
    const clock = at(0);
    const collector = createClockCollector(clock);
    expect(await collector.collect()).toBeUndefined();
    clock.observe('Thu, 01 Jan 1970 00:00:01 GMT', 1_200, 1_300);
    expect(await collector.collect()).toEqual({ offsetMs: -250, synchronized: true });
    clock.observe('Thu, 01 Jan 1970 00:00:10 GMT', 1_200, 1_300);
    expect(await collector.collect()).toMatchObject({ synchronized: false });
  });
});

describe('transmission', () => {
  it('is told by the weakest channel, once there is one', async () => {
    let told = 0;
    const watch = new TransmissionWatch(() => {
      told += 1;
    });
    const collector = createTransmissionCollector(SYSTEM_PATHS, watch);
    watch.observe('gateway', null);
    expect(await collector.collect()).toBeUndefined();
    watch.observe('gateway', { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' });
    watch.observe('broker', { version: 'TLSv1.2', cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' });
    expect(told).toBe(1);
    expect(await collector.collect()).toMatchObject({ tlsVersion: 'TLSv1.2' });
  });
});

describe('the certificate', () => {
  it('is told with its serial and its validity', async () => {
    const pki = await createTestPki();
    const { certificate } = await pki.issue(PUMP);
    expect(await createCertificateCollector({ leaf: certificate }).collect()).toEqual({
      serial: certificate.serialNumber.toLowerCase(),
      notBefore: certificate.validFromDate.toISOString(),
      notAfter: certificate.validToDate.toISOString(),
    });
  });
});

describe('the backoff', () => {
  it('doubles up to its limit, never falls below half of its first step, and starts again after a success', () => {
    const full = createBackoff(100, 1_000, () => 1);
    expect([full.next(), full.next(), full.next(), full.next(), full.next(), full.next()]).toEqual([
      100, 150, 250, 450, 550, 550,
    ]);
    full.reset();
    expect(full.next()).toBe(100);
    expect(createBackoff(100, 1_000, () => 0).next()).toBe(50);
  });
});
