/** A posture analyzer over one site in memory, with an enrolled pump and its gateway. */
import { type EntityRef, entityRef, refKey, siteId, timestamp } from '../../../../core/contracts/identifiers.ts';
import { newSubjectRecord, type SubjectRecord } from '../../../../core/ledger/subject-record.ts';
import { createHandler } from '../../../../functions/posture-analyzer/handler.ts';
import { type MessageFrom, ruleEnvelope, sqsEvent } from '../../../fakes/device-messages.ts';
import { FakeSite } from '../../../fakes/fake-site.ts';
import { fixedSurroundings } from '../../../fakes/fixed-surroundings.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { DAY_MS } from '../../../fixtures/pki.ts';
import { NOW_MS, PUMP_REFERENCE, pumpReport, TROJAN } from '../../../fixtures/posture-samples.ts';
import { testDevice, testEntities } from '../../../fixtures/site.ts';

export const PUMP = entityRef('device', 'north:pump-3');
export const OTHER = entityRef('device', 'north:pump-4');
export const GATEWAY = entityRef('gateway', 'north:gw-1');
export const PRINTS: Readonly<Record<string, string>> = {
  [PUMP.id]: 'a'.repeat(64),
  [OTHER.id]: 'b'.repeat(64),
  [GATEWAY.id]: 'c'.repeat(64),
};

export function analyzerWorld() {
  const site = new FakeSite(siteId('north'), NOW_MS);
  const surroundings = fixedSurroundings(NOW_MS);
  const recorded = recordedLog();
  for (const entity of [
    testDevice('pump-3', { model: 'Volumat 7' }),
    testDevice('pump-4', { model: 'Volumat 7' }),
    testEntities(NOW_MS).gateway,
  ]) {
    site.entitiesByKey.set(refKey(entity), entity);
    enrol(site, { kind: entity.kind, id: entity.id });
  }
  site.items.set('reference/pump', { version: 1, value: { type: 'reference', document: PUMP_REFERENCE } });
  site.items.set('indicator/trojan', { version: 1, value: { type: 'indicator', document: TROJAN } });
  const { log, metrics } = recorded;
  const handler = createHandler({ ledger: site, reader: site, reference: site, surroundings, log, metrics });
  return {
    site,
    surroundings,
    recorded,
    handler,
    subject: (ref: EntityRef = PUMP) => site.subjects.get(refKey(ref)),
    send: (...bodies: readonly string[]) => handler(sqsEvent(...bodies)),
    refusals: () => recorded.lines.filter(({ code }) => code === 'posture-refused').map((line) => line['reason']),
  };
}

function enrol(site: FakeSite, ref: EntityRef): void {
  const thumbprint = PRINTS[ref.id] ?? '';
  const notAfter = timestamp(NOW_MS + 30 * DAY_MS);
  const status = 'active' as const;
  const record: SubjectRecord = {
    ...newSubjectRecord(ref),
    version: 1,
    state: 'enrolled',
    certificates: [{ thumbprint, serial: '01', notAfter, status }],
  };
  site.subjects.set(refKey(ref), record);
  const pem = '-----BEGIN CERTIFICATE-----';
  site.certificates.set(thumbprint, { thumbprint, serial: '01', ref, notAfter, status, pem });
}

/** A report of the pump, healthy but for what is given. */
export const reportOf = (
  given: Partial<MessageFrom> & {
    readonly values?: Parameters<typeof pumpReport>[0];
    readonly options?: Parameters<typeof pumpReport>[1];
  } = {},
): string => {
  const ref = given.ref ?? PUMP;
  return ruleEnvelope({
    ref,
    thumbprint: PRINTS[ref.id] ?? '',
    channel: ref.kind === 'gateway' ? 'health' : 'posture',
    payload: pumpReport(given.values, given.options),
    ...given,
  });
};
