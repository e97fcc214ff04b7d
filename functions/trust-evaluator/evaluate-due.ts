/** Judges those again for whom time alone has changed something: together, or one by one where the ground moved. */
import { type EntityRef, refKey, type SiteId } from '../../core/contracts/identifiers.ts';
import { groupIntents } from '../../core/ledger/group-intents.ts';
import type { SubjectJudgement } from '../../core/ledger/judge-subject.ts';
import type { Container } from './container.ts';
import { judgeAgain, judgeOn, tell } from './judge-again.ts';

const CAUSE = 'trust-reevaluated';
/** What one read takes: two items a subject, and the ledger. */
const PAGE = 45;
/** The next minute goes on where this one stops. */
const MAX_PAGES = 40;

export async function evaluateDue(site: SiteId, container: Container): Promise<void> {
  const { reader, surroundings, log } = container;
  const handled = new Set<string>();
  for (let page = 0; page < MAX_PAGES; page++) {
    const due = await reader.due(site, surroundings.nowMs(), PAGE);
    const open = due.filter((ref) => !handled.has(refKey(ref)));
    if (open.length === 0) return;
    for (const ref of open) handled.add(refKey(ref));
    try {
      await evaluateTogether(site, open, container);
    } catch (cause) {
      // They stay due, and the next minute tries again.
      log.error('request-failed', cause, { site, subjects: open.length });
    }
  }
}

async function evaluateTogether(site: SiteId, refs: readonly EntityRef[], container: Container): Promise<void> {
  const facts = await container.reader.load({ site, refs });
  const reference = await container.reference.at(site, facts.ledger.policyRevision);
  const nowMs = container.surroundings.nowMs();
  const judgements = refs
    .map((ref) => judgeOn({ facts, reference, nowMs }, { ref, cause: CAUSE }))
    .filter((judgement): judgement is SubjectJudgement => typeof judgement !== 'string');
  const byIntent = new Map(judgements.map((judgement) => [judgement.intent, judgement]));
  let { ledger } = facts;
  for (const group of groupIntents(judgements.map(({ intent }) => intent))) {
    const committed = await container.ledger.commit(site, group, ledger);
    if (committed.ok) ledger = committed.value.ledger;
    for (const judgement of group.map((intent) => byIntent.get(intent)).filter((one) => one !== undefined)) {
      if (committed.ok) tell(judgement, CAUSE, container);
      else await evaluateAlone(judgement.record.ref, container);
    }
  }
}

async function evaluateAlone(ref: EntityRef, container: Container): Promise<void> {
  try {
    await judgeAgain({ ref, cause: CAUSE }, container);
  } catch (cause) {
    container.log.error('request-failed', cause, { subject: refKey(ref) });
  }
}
