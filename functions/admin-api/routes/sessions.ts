/** Sessions as gateways told of them, and a person's order to end one. */
import * as z from 'zod';
import { intent } from '../../../core/ledger/ledger-intent.ts';
import { SessionAlarmSchema, SessionRecordSchema } from '../../adapters/ports/session-store.ts';
import { commitChange } from '../commit-change.ts';
import type { AdminParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { type Mount, route } from '../route.ts';
import { listOf, PageQuerySchema, ReasonBodySchema } from '../schemas.ts';

const KeptSessionSchema = z.strictObject({ session: SessionRecordSchema, alarm: SessionAlarmSchema.nullable() });
const EndOrderedSchema = z.strictObject({ code: z.literal('end-ordered'), sessionId: z.uuid() });

export const sessionRoutes = (parts: AdminParts): readonly Mount[] => [
  route({
    method: 'get',
    path: '/v1/sessions',
    operation: 'sessions.read',
    summary: 'Lists sessions, those last heard of first',
    query: PageQuerySchema,
    answers: { status: 200, schema: listOf(KeptSessionSchema) },
    handle: async ({ caller, query }) => {
      const { items, cursor } = await parts.sessions.page(caller.site, query);
      return { status: 200, body: { items, cursor: cursor ?? null } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/sessions/{id}/end',
    operation: 'sessions.end',
    summary: 'Orders the gateway to end a session',
    params: z.strictObject({ id: z.uuid() }),
    body: ReasonBodySchema,
    answers: { status: 202, schema: EndOrderedSchema },
    handle: async ({ caller, params: { id: sessionId }, body }) => {
      const kept = await parts.sessions.find(caller.site, sessionId);
      if (kept === undefined)
        throw new Refusal(404, 'ERR_SESSION_UNKNOWN', 'no gateway of the site told of this session');
      const { subject, object, status } = kept.session;
      if (status !== 'open') throw new Refusal(409, 'ERR_SESSION_ENDED', `it is ${status} already`);
      await commitChange(parts, caller.site, () =>
        Promise.resolve({
          intent: intent('session-end-ordered', {
            changes: [{ op: 'end-session', sessionId }],
            audit: [
              {
                event: 'session-end-ordered',
                outcome: 'success',
                subject,
                resource: object,
                sessionId,
                reasons: [],
                details: { by: caller.subject, reason: body.reason },
              },
            ],
            events: [{ type: 'session.ended', detail: { site: caller.site, sessionId } }],
          }),
          result: null,
        }),
      );
      return { status: 202, body: { code: 'end-ordered', sessionId } };
    },
  }),
];
