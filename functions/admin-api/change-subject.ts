/** A person's decision about a subject: what becomes known by it is judged as anything else is, and told the same way. */
import type { AuditEntry } from '../../core/contracts/audit-record.ts';
import type { Entity } from '../../core/contracts/entities.ts';
import { type Code, type EntityRef, refKey } from '../../core/contracts/identifiers.ts';
import { judgeSubject, type SubjectJudgement } from '../../core/ledger/judge-subject.ts';
import type { BrokerEffect, BusEvent, LedgerIntent } from '../../core/ledger/ledger-intent.ts';
import type { LedgerWrite } from '../../core/ledger/ledger-write.ts';
import { isProtected } from '../../core/ledger/protected.ts';
import { newSubjectRecord, type SubjectRecord } from '../../core/ledger/subject-record.ts';
import type { SiteReference } from '../adapters/ports/site-reference.ts';
import type { Caller } from '../http/caller.ts';
import { commitChange } from './commit-change.ts';
import { ownRef } from './own-site.ts';
import type { AdminParts } from './parts.ts';
import { entityUnknown } from './refusal.ts';

/** What a decision is made on, as it was just read. */
export interface Ground {
  readonly ref: EntityRef;
  readonly entity: Entity;
  readonly before: SubjectRecord;
  readonly reference: SiteReference;
  readonly nowMs: number;
}

/** What a person decided. The story comes first in the audit trail, then what follows from it. */
export interface SubjectStep {
  readonly cause: Code;
  readonly known: SubjectRecord;
  readonly story: readonly AuditEntry[];
  readonly news?: readonly BusEvent[];
  readonly writes?: readonly LedgerWrite[];
  readonly effects?: readonly BrokerEffect[];
}

export async function loadGround(parts: AdminParts, caller: Caller, given: EntityRef): Promise<Ground> {
  const ref = ownRef(caller, given);
  const facts = await parts.reader.load({ site: caller.site, refs: [ref] });
  const entity = facts.entities.get(refKey(ref));
  if (entity === undefined) throw entityUnknown();
  return {
    ref,
    entity,
    before: facts.subjects.get(refKey(ref)) ?? newSubjectRecord(ref),
    reference: await parts.reference.at(caller.site, facts.ledger.policyRevision),
    nowMs: parts.surroundings.nowMs(),
  };
}

export function judgeStep(ground: Ground, step: SubjectStep, entity: Entity = ground.entity): SubjectJudgement {
  const judgement = judgeSubject({
    before: ground.before,
    known: step.known,
    entity,
    hasProtection: isProtected(ground.ref, ground.reference.protections, ground.nowMs),
    nowMs: ground.nowMs,
    cause: step.cause,
  });
  return { ...judgement, intent: withStep(judgement.intent, step) };
}

/** A person's word is told even where nothing follows from it. */
const withStep = (judged: LedgerIntent, step: SubjectStep): LedgerIntent => ({
  ...judged,
  audit: [...step.story, ...judged.audit],
  writes: [...judged.writes, ...(step.writes ?? [])],
  events: [...(step.news ?? []), ...judged.events],
  effects: [...judged.effects, ...(step.effects ?? [])],
});

/**
 * @param decide throws a Refusal for what cannot be decided so
 * @param accept throws a Refusal for a judgement that would undo the decision
 */
export function changeSubject(
  parts: AdminParts,
  caller: Caller,
  ref: EntityRef,
  decide: (ground: Ground) => SubjectStep,
  accept: (judgement: SubjectJudgement) => void = () => undefined,
): Promise<SubjectRecord> {
  return commitChange(parts, caller.site, async () => {
    const ground = await loadGround(parts, caller, ref);
    const step = decide(ground);
    const judgement = judgeStep(ground, step);
    accept(judgement);
    return { intent: judgement.intent, result: judgement.record };
  });
}
