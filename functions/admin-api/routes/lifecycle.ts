/** What a person decides about where a subject stands: quarantine, release, retirement. */
import * as z from 'zod';
import type { Code } from '../../../core/contracts/identifiers.ts';
import type { SubjectJudgement } from '../../../core/ledger/judge-subject.ts';
import type { SubjectRecord } from '../../../core/ledger/subject-record.ts';
import type { Caller } from '../../http/caller.ts';
import { changeSubject, type Ground, type SubjectStep } from '../change-subject.ts';
import { moved } from '../move-state.ts';
import type { AdminParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { revokeAll } from '../revoke-certificates.ts';
import type { Operation } from '../roles.ts';
import { type Mount, route } from '../route.ts';
import { EntityParamsSchema, ReasonBodySchema, ReasonSchema, SubjectDocumentSchema } from '../schemas.ts';
import { subjectReply } from '../subject-document.ts';

const QuarantineBodySchema = z.strictObject({
  reason: ReasonSchema,
  /** A person's word that it is no longer its own master, whatever is found. */
  compromised: z.boolean().default(false),
});
type LifecycleBody = z.infer<typeof ReasonBodySchema> & { readonly compromised?: boolean };

interface Decision {
  readonly verb: 'quarantine' | 'release' | 'retire';
  readonly operation: Operation;
  readonly summary: string;
  readonly body: z.ZodType<LifecycleBody>;
  readonly cause: Code;
  readonly decide: (ground: Ground, body: LifecycleBody) => Partial<SubjectStep> & { readonly known: SubjectRecord };
  readonly accept?: (judgement: SubjectJudgement) => void;
}

const DECISIONS: readonly Decision[] = [
  {
    verb: 'quarantine',
    operation: 'subjects.quarantine',
    summary: 'Puts it into quarantine',
    body: QuarantineBodySchema,
    cause: 'quarantine-ordered',
    decide: ({ before }, { compromised }) => ({
      known: { ...moved(before, 'quarantined'), compromised: before.compromised || compromised === true },
    }),
  },
  {
    verb: 'release',
    operation: 'subjects.release',
    summary: 'Releases it from quarantine',
    body: ReasonBodySchema,
    cause: 'release-ordered',
    // What was a person's word is taken back by a person; findings are cleared one by one.
    decide: ({ before }) => ({ known: { ...releasedFrom(before), compromised: false } }),
    accept: ({ record }) => {
      if (record.state !== 'quarantined') return;
      throw new Refusal(409, 'ERR_COMPROMISE_HELD', 'a critical finding is held: clear it with a reason first');
    },
  },
  {
    verb: 'retire',
    operation: 'subjects.retire',
    summary: 'Retires it for good and revokes its certificates',
    body: ReasonBodySchema,
    cause: 'retirement-ordered',
    decide: ({ before }) => {
      const { certificates, ...revocation } = revokeAll(before);
      return { known: { ...moved(before, 'retired'), certificates }, ...revocation };
    },
  },
];

export const lifecycleRoutes = (parts: AdminParts): readonly Mount[] =>
  DECISIONS.map((decision) =>
    route({
      method: 'post',
      path: `/v1/entities/{kind}/{id}/${decision.verb}`,
      operation: decision.operation,
      summary: decision.summary,
      params: EntityParamsSchema,
      body: decision.body,
      answers: { status: 200, schema: SubjectDocumentSchema },
      handle: async ({ caller, params, body }) =>
        subjectReply(
          await changeSubject(parts, caller, params, (ground) => step(decision, ground, caller, body), decision.accept),
        ),
    }),
  );

function releasedFrom(before: SubjectRecord): SubjectRecord {
  if (before.state === 'quarantined') return moved(before, 'restricted');
  throw new Refusal(409, 'ERR_TRANSITION_ILLEGAL', `it is ${before.state}, not quarantined`);
}

const step = (decision: Decision, ground: Ground, { subject: by }: Caller, body: LifecycleBody): SubjectStep => ({
  cause: decision.cause,
  story: [
    {
      event: decision.cause,
      outcome: 'success',
      subject: ground.ref,
      reasons: [],
      details: { by, reason: body.reason, ...(body.compromised === true ? { compromised: true } : {}) },
    },
  ],
  ...decision.decide(ground, body),
});
