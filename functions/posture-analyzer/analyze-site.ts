/** Judges reports of one site, at most one a device, and commits what follows: together, or one by one where the ground moved. */
import type { EntityRef, SiteId } from '../../core/contracts/identifiers.ts';
import { refKey } from '../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../core/errors.ts';
import { groupIntents } from '../../core/ledger/group-intents.ts';
import type { LedgerRecord } from '../../core/ledger/ledger-record.ts';
import type { DeviceMessage } from '../http/device-message.ts';
import type { Container } from './container.ts';
import { type JudgedReport, judgeReport, type MessageRefusal } from './judge-report.ts';

export interface Arrival {
  readonly messageId: string;
  readonly message: DeviceMessage;
}

interface Judged extends JudgedReport {
  readonly arrival: Arrival;
}

/** Each attempt that loses means that someone else changed the same subject. */
const MAX_ATTEMPTS = 5;

/** @returns ids of the messages that must come again */
export async function analyzeSite(site: SiteId, arrivals: readonly Arrival[], container: Container): Promise<string[]> {
  try {
    const { ledger, judged } = await judgeAll(site, arrivals, container);
    return await commitTogether(site, judged, ledger, container);
  } catch (cause) {
    container.log.error('request-failed', cause, { site, messages: arrivals.length });
    return arrivals.map(({ messageId }) => messageId);
  }
}

async function judgeAll(
  site: SiteId,
  arrivals: readonly Arrival[],
  container: Container,
): Promise<{ readonly ledger: LedgerRecord; readonly judged: readonly Judged[] }> {
  const facts = await container.reader.load({
    site,
    refs: arrivals.map(({ message }) => senderRef(message)),
    thumbprints: arrivals.map(({ message }) => message.thumbprint),
  });
  const reference = await container.reference.at(site, facts.ledger.policyRevision);
  const nowMs = container.surroundings.nowMs();
  const judged: Judged[] = [];
  for (const arrival of arrivals) {
    const result = judgeReport({ message: arrival.message, facts, reference, nowMs });
    if (result.ok) judged.push({ ...result.value, arrival });
    else refuse(arrival.message, result.code, container);
  }
  return { ledger: facts.ledger, judged };
}

/** Read by what the client calls itself; it is believed only if its certificate says the same. */
const senderRef = ({ topicRef }: DeviceMessage): EntityRef => topicRef;

async function commitTogether(
  site: SiteId,
  judged: readonly Judged[],
  known: LedgerRecord,
  container: Container,
): Promise<string[]> {
  const failed: string[] = [];
  let ledger = known;
  const byIntent = new Map(judged.map((one) => [one.judgement.intent, one]));
  for (const intents of groupIntents(judged.map(({ judgement }) => judgement.intent))) {
    const group = intents.map((each) => byIntent.get(each)).filter((each) => each !== undefined);
    try {
      const committed = await container.ledger.commit(site, intents, ledger);
      if (committed.ok) {
        ledger = committed.value.ledger;
        for (const one of group) tell(one, container);
        continue;
      }
      for (const { arrival } of group) {
        if (!(await commitAlone(site, arrival, container))) failed.push(arrival.messageId);
      }
    } catch (cause) {
      container.log.error('request-failed', cause, { site, messages: group.length });
      failed.push(...group.map(({ arrival }) => arrival.messageId));
    }
  }
  return failed;
}

async function commitAlone(site: SiteId, arrival: Arrival, container: Container): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    container.log.info('commit-retried', { site, subject: refKey(arrival.message.topicRef), attempt });
    const { ledger, judged } = await judgeAll(site, [arrival], container);
    const [one] = judged;
    if (one === undefined) return true;
    const committed = await container.ledger.commit(site, [one.judgement.intent], ledger);
    if (committed.ok) {
      tell(one, container);
      return true;
    }
  }
  container.log.error('request-failed', new VitalgateError('ERR_SUBJECT_BUSY', 'the subject keeps changing'), { site });
  return false;
}

function tell({ subject, assessment, judgement }: Judged, { log, metrics }: Container): void {
  const { grade, position } = assessment;
  metrics.count('PostureAssessed', { Grade: grade });
  log.info('posture-accepted', {
    subject: refKey(subject),
    grade,
    seq: position.seq,
    trustLevel: judgement.record.trust?.level,
    state: judgement.record.state,
    told: judgement.intent.changes.length > 0,
  });
}

function refuse(message: DeviceMessage, code: MessageRefusal, { log, metrics }: Container): void {
  metrics.count('PostureRefused', { Code: code });
  log.warn('posture-refused', { reason: code, topic: refKey(message.topicRef), thumbprint: message.thumbprint });
}
