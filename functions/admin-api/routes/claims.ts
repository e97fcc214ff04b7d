/** One-time claims: what a device or a system enrols with. Shown once; the tables hold the digest alone. */
import * as z from 'zod';
import { timestamp } from '../../../core/contracts/identifiers.ts';
import {
  CLAIM_BYTES,
  CLAIM_TTL_SECONDS,
  claimDigest,
  encodeClaim,
  newClaimRecord,
} from '../../../core/identity/claim.ts';
import { intent } from '../../../core/ledger/ledger-intent.ts';
import { subjectDetail } from '../../../core/ledger/subject-story.ts';
import { loadGround } from '../change-subject.ts';
import { commitChange } from '../commit-change.ts';
import type { AdminParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { type Mount, route } from '../route.ts';
import { ClaimAnswerSchema, EntityParamsSchema } from '../schemas.ts';

const MIN_TTL_SECONDS = 60;
const DEFAULT_TTL_SECONDS = 3600;

const ClaimBodySchema = z.strictObject({
  ttlSeconds: z.int().min(MIN_TTL_SECONDS).max(CLAIM_TTL_SECONDS).default(DEFAULT_TTL_SECONDS),
});

export const claimRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'post',
    path: '/v1/entities/{kind}/{id}/claims',
    operation: 'claims.issue',
    summary: 'Issues a one-time claim for enrolment',
    params: EntityParamsSchema,
    body: ClaimBodySchema,
    answers: { status: 201, schema: ClaimAnswerSchema },
    handle: async ({ caller, params, body }) => {
      if (params.kind === 'user') {
        throw new Refusal(409, 'ERR_CLAIM_FOR_USER', 'people enrol at the identity provider; vouch for them instead');
      }
      const claim = encodeClaim(parts.surroundings.randomBytes(CLAIM_BYTES));
      const answer = await commitChange(parts, caller.site, async () => {
        const { ref, before, nowMs } = await loadGround(parts, caller, params);
        if (before.state === 'retired') throw new Refusal(409, 'ERR_ENTITY_RETIRED', 'what is retired does not enrol');
        const expiresAt = timestamp(nowMs + body.ttlSeconds * 1000);
        const issue = { issuedBy: caller.subject, issuedAt: timestamp(nowMs), expiresAt };
        return {
          intent: intent('claim-issued', {
            writes: [{ write: 'put-claim', claim: newClaimRecord(claimDigest(claim), ref, issue) }],
            audit: [
              {
                event: 'claim-issued',
                outcome: 'success',
                subject: ref,
                reasons: [],
                details: { by: caller.subject, expiresAt },
              },
            ],
            events: [{ type: 'claim.issued', detail: { ...subjectDetail(ref), expiresAt } }],
          }),
          result: { subject: ref, expiresAt },
        };
      });
      return { status: 201, body: { claim, ...answer } };
    },
  }),
];
