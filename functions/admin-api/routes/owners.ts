/** The responsibility library: who answers for an entity, and until when. No owner, no effect, at once. */
import * as z from 'zod';
import { type Entity, OwnersSchema } from '../../../core/contracts/entities.ts';
import { intent, type LedgerIntent } from '../../../core/ledger/ledger-intent.ts';
import { isOwned } from '../../../core/ledger/owned.ts';
import { type Ground, judgeStep, loadGround, type SubjectStep } from '../change-subject.ts';
import { commitChange } from '../commit-change.ts';
import { entityChanged } from '../entity-changes.ts';
import type { AdminParts } from '../parts.ts';
import { expectVersion } from '../preconditions.ts';
import { type Mount, route } from '../route.ts';
import { EntityDocumentSchema, EntityParamsSchema } from '../schemas.ts';

const OwnersBodySchema = z.strictObject({ owners: OwnersSchema.nullable() });

export const ownerRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'put',
    path: '/v1/entities/{kind}/{id}/owners',
    operation: 'owners.write',
    summary: 'Changes the owners of an entity',
    params: EntityParamsSchema,
    body: OwnersBodySchema,
    answers: { status: 200, schema: EntityDocumentSchema },
    handle: async ({ caller, params, body, preconditions }) => {
      const entity = await commitChange(parts, caller.site, async () => {
        const ground = await loadGround(parts, caller, params);
        const version = expectVersion(preconditions, ground.entity.version);
        const after: Entity = { ...ground.entity, owners: body.owners, version: version + 1 };
        const lapses = isOwned(ground.entity, ground.nowMs) && !isOwned(after, ground.nowMs);
        return {
          intent: intentOf(ground, after, caller.subject),
          withdraw: lapses ? ({ kind: 'owner', id: after.id } as const) : undefined,
          result: after,
        };
      });
      return { status: 200, body: entity, version: entity.version };
    },
  }),
];

function intentOf(ground: Ground, after: Entity, by: string): LedgerIntent {
  const { ref, before, nowMs } = ground;
  const owned = isOwned(after, nowMs);
  const step: SubjectStep = {
    cause: 'owners-changed',
    known: before,
    story: [
      {
        event: 'owners-changed',
        outcome: 'success',
        subject: ref,
        reasons: [],
        details: { by, owned, version: after.version },
      },
    ],
    news: [entityChanged(ref, 'owners-changed')],
    writes: [{ write: 'put-entity', entity: after, expectedVersion: ground.entity.version }],
  };
  // Of what nobody has seen yet there is nothing to judge.
  if (before.version > 0) return judgeStep(ground, step, after).intent;
  return intent(step.cause, { audit: step.story, events: step.news ?? [], writes: step.writes ?? [] });
}
