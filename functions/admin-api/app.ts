/** The application: every route mounted, every failure a problem with a code, and the document that describes them. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type * as z from 'zod';
import type { Log } from '../http/log.ts';
import { PROBLEM_TYPE, type Problem, problemBody, problemOf } from '../http/problem.ts';
import type { AdminParts } from './parts.ts';
import { type PlaceOfError, Refusal } from './refusal.ts';
import type { AdminApp, AdminEnvironment } from './route.ts';
import { assessmentRoutes } from './routes/assessments.ts';
import { auditRoutes } from './routes/audit.ts';
import { certificateRoutes } from './routes/certificates.ts';
import { claimRoutes } from './routes/claims.ts';
import { entityRoutes } from './routes/entities.ts';
import { findingRoutes } from './routes/findings.ts';
import { indicatorRoutes } from './routes/indicators.ts';
import { lifecycleRoutes } from './routes/lifecycle.ts';
import { narrowedVerbRoutes } from './routes/narrowed-verbs.ts';
import { ownerRoutes } from './routes/owners.ts';
import { policyRoutes } from './routes/policies.ts';
import { protectionRoutes } from './routes/protections.ts';
import { mountPublished } from './routes/published.ts';
import { referenceValueRoutes } from './routes/reference-values.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { subjectRoutes } from './routes/subjects.ts';

const FAULT_STATUS = 500;

export function createApp(parts: AdminParts): AdminApp {
  const app: AdminApp = new OpenAPIHono<AdminEnvironment>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.target, result.error);
    },
  });
  const mounts = [
    entityRoutes,
    ownerRoutes,
    claimRoutes,
    subjectRoutes,
    assessmentRoutes,
    findingRoutes,
    lifecycleRoutes,
    certificateRoutes,
    protectionRoutes,
    policyRoutes,
    referenceValueRoutes,
    indicatorRoutes,
    narrowedVerbRoutes,
    sessionRoutes,
    auditRoutes,
  ].flatMap((routes) => routes(parts));
  for (const mount of mounts) mount(app, parts.sites);
  mountPublished(app, parts);
  app.notFound(() => respond({ status: 404, code: 'ERR_ROUTE_UNKNOWN', detail: 'there is no such route' }));
  app.onError((cause) => answerFailure(cause, parts.log));
  return app;
}

function answerFailure(cause: unknown, log: Log): Response {
  if (cause instanceof Refusal) return respond(cause.problem, cause.errors);
  if (cause instanceof HTTPException) {
    return respond({ status: 400, code: 'ERR_BODY_MALFORMED', detail: 'the body is not JSON' });
  }
  const problem = problemOf(cause);
  if (problem.status >= FAULT_STATUS) log.error('request-failed', cause);
  return respond(problem);
}

function respond(problem: Problem, errors: readonly PlaceOfError[] = []): Response {
  const document = { ...problemBody(problem), ...(errors.length === 0 ? {} : { errors }) };
  return new Response(JSON.stringify(document), { status: problem.status, headers: { 'content-type': PROBLEM_TYPE } });
}

/** What was named in the path and does not have the form of a name cannot exist. */
function invalid(target: string, error: z.ZodError): Refusal {
  const errors = error.issues.map((issue) => ({
    path: [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys.join(',')] : [])].join('.'),
    message: issue.message,
  }));
  if (target === 'param') return new Refusal(404, 'ERR_NAME_MALFORMED', 'nothing can have this name', errors);
  if (target === 'query') return new Refusal(400, 'ERR_QUERY_INVALID', 'the query is not as documented', errors);
  return new Refusal(422, 'ERR_BODY_INVALID', 'the body is not as documented', errors);
}
