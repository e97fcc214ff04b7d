/** Judges one subject on what is known now and commits what follows; where the ground moved meanwhile, once more. */
import { type Code, type EntityRef, refKey, siteOf } from '../../core/contracts/identifiers.ts';
import type { TrustEvidence } from '../../core/contracts/trust.ts';
import { VitalgateError } from '../../core/errors.ts';
import { judgeSubject, type SubjectJudgement } from '../../core/ledger/judge-subject.ts';
import { isProtected } from '../../core/ledger/protected.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';
import type { SiteFacts } from '../adapters/ports/site-reader.ts';
import type { SiteReference } from '../adapters/ports/site-reference.ts';
import type { Container } from './container.ts';

const MAX_ATTEMPTS = 5;

export interface Rejudgement {
  readonly ref: EntityRef;
  readonly cause: Code;
  /** What has been learned; nothing when only time has passed. */
  readonly evidence?: TrustEvidence;
}

export interface Ground {
  readonly facts: SiteFacts;
  readonly reference: SiteReference;
  readonly nowMs: number;
}

/** @returns `unknown` for what is not registered or retired, `unchanged` for evidence that is held already */
export function judgeOn(
  { facts, reference, nowMs }: Ground,
  { ref, cause, evidence }: Rejudgement,
): SubjectJudgement | 'unknown' | 'unchanged' {
  const entity = facts.entities.get(refKey(ref));
  const before = facts.subjects.get(refKey(ref));
  if (entity === undefined || before === undefined || before.state === 'retired') return 'unknown';
  const merged = mergeEvidence(before.evidence, evidence ?? []);
  if (evidence !== undefined && !merged.changed) return 'unchanged';
  return judgeSubject({
    before,
    known: { ...before, evidence: merged.evidence },
    entity,
    hasProtection: isProtected(ref, reference.protections, nowMs),
    nowMs,
    cause,
    answer: evidence !== undefined,
  });
}

/** @throws VitalgateError `ERR_SUBJECT_BUSY` when others were always faster */
export async function judgeAgain(
  given: Rejudgement,
  container: Container,
): Promise<'judged' | 'unknown' | 'unchanged'> {
  const site = siteOf(given.ref.id);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const facts = await container.reader.load({ site, refs: [given.ref] });
    const reference = await container.reference.at(site, facts.ledger.policyRevision);
    const judgement = judgeOn({ facts, reference, nowMs: container.surroundings.nowMs() }, given);
    if (typeof judgement === 'string') return judgement;
    const committed = await container.ledger.commit(site, [judgement.intent], facts.ledger);
    if (committed.ok) {
      tell(judgement, given.cause, container);
      return 'judged';
    }
  }
  throw new VitalgateError('ERR_SUBJECT_BUSY', 'the subject keeps changing');
}

export function tell({ record, intent }: SubjectJudgement, cause: Code, { log }: Container): void {
  log.info('subject-reevaluated', {
    subject: refKey(record.ref),
    reason: cause,
    state: record.state,
    trustLevel: record.trust?.level,
    told: intent.changes.length > 0,
  });
}
