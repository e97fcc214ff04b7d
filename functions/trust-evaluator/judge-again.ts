/** Judges one subject on what is known now and commits what follows; where the ground moved meanwhile, once more. */
import { type Code, type EntityRef, refKey, siteOf } from '../../core/contracts/identifiers.ts';
import type { TrustEvidence } from '../../core/contracts/trust.ts';
import { VitalgateError } from '../../core/errors.ts';
import { judgeSubject } from '../../core/ledger/judge-subject.ts';
import { isProtected } from '../../core/ledger/protected.ts';
import { mergeEvidence } from '../../core/trust/merge-evidence.ts';
import type { SiteFacts } from '../adapters/ports/site-reader.ts';
import type { Container } from './container.ts';

const MAX_ATTEMPTS = 5;

export type Outcome = 'judged' | 'unchanged' | 'unknown';

export interface Rejudgement {
  readonly ref: EntityRef;
  readonly cause: Code;
  /** What has been learned; nothing when only time has passed. */
  readonly evidence?: TrustEvidence;
  /** Facts read for a first attempt. */
  readonly known?: SiteFacts;
}

/** @throws VitalgateError `ERR_SUBJECT_BUSY` when others were always faster */
export async function judgeAgain({ ref, cause, evidence, known }: Rejudgement, container: Container): Promise<Outcome> {
  const site = siteOf(ref.id);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const facts = attempt === 0 && known !== undefined ? known : await container.reader.load({ site, refs: [ref] });
    const entity = facts.entities.get(refKey(ref));
    const before = facts.subjects.get(refKey(ref));
    if (entity === undefined || before === undefined || before.state === 'retired') return 'unknown';
    const merged = mergeEvidence(before.evidence, evidence ?? []);
    if (evidence !== undefined && !merged.changed) return 'unchanged';
    const nowMs = container.surroundings.nowMs();
    const { protections } = await container.reference.at(site, facts.ledger.policyRevision);
    const judgement = judgeSubject({
      before,
      known: { ...before, evidence: merged.evidence },
      entity,
      hasProtection: isProtected(ref, protections, nowMs),
      nowMs,
      cause,
      answer: evidence !== undefined,
    });
    const committed = await container.ledger.commit(site, [judgement.intent], facts.ledger);
    if (committed.ok) {
      const { state, trust } = judgement.record;
      const told = judgement.intent.changes.length > 0;
      container.log.info('subject-reevaluated', {
        subject: refKey(ref),
        reason: cause,
        state,
        trustLevel: trust?.level,
        told,
      });
      return 'judged';
    }
  }
  throw new VitalgateError('ERR_SUBJECT_BUSY', 'the subject keeps changing');
}
