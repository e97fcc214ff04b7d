/**
 * One route as data: method, path, who may use it, the strict schemas of what comes in, what goes out, and what is done.
 * Mounting it makes it part of the application and of the OpenAPI document at once, so that neither can say otherwise.
 */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type * as z from 'zod';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import type { Caller } from '../http/caller.ts';
import type { HttpEvent } from '../http/http-event.ts';
import { PROBLEM_TYPE } from '../http/problem.ts';
import type { Preconditions } from './preconditions.ts';
import { readPreconditions } from './preconditions.ts';
import { Refusal } from './refusal.ts';
import { mayDo, type Operation } from './roles.ts';
import { NoMembersSchema, ProblemSchema } from './schemas.ts';

/** What the application is told of a request beside the request itself. */
export type AdminEnvironment = { Bindings: { readonly event: HttpEvent; readonly caller: Caller | undefined } };
export type AdminApp = OpenAPIHono<AdminEnvironment>;
export type Mount = (app: AdminApp, sites: readonly SiteId[]) => void;

export interface Call<Params, Query, Body> {
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly preconditions: Preconditions;
}

export interface Reply {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: unknown;
  readonly version?: number;
  readonly location?: string;
}

export interface RouteSpec<Params, Query, Body> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: `/${string}`;
  readonly operation: Operation;
  readonly summary: string;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Its success, in the document. */
  readonly answers: { readonly status: Reply['status']; readonly schema?: z.ZodType };
  readonly handle: (call: Call<Params, Query, Body>) => Promise<Reply>;
}

type AnyContext = Context<AdminEnvironment>;
type Target = 'param' | 'query' | 'json';

export function route<Params = unknown, Query = unknown, Body = unknown>(spec: RouteSpec<Params, Query, Body>): Mount {
  return (app, sites) => {
    app.openapi(documented(spec, sites), (async (context: AnyContext) => {
      const valid = (target: Target): unknown => (context.req as unknown as ValidRequest).valid(target);
      const reply = await spec.handle({
        caller: admit(context, spec.operation, sites),
        params: valid('param') as Params,
        query: valid('query') as Query,
        body: valid('json') as Body,
        preconditions: readPreconditions(context.req.header('if-match'), context.req.header('if-none-match')),
      });
      return respond(context, reply);
    }) as never);
  };
}

/** The validators store what they parsed under the type of the route, which is erased here. */
interface ValidRequest {
  valid(target: Target): unknown;
}

/** @throws Refusal `ERR_ROLE_INSUFFICIENT` */
export function demandRole(caller: Caller, operation: Operation, kind?: string): void {
  if (mayDo(caller.roles, operation, kind)) return;
  const what = kind === undefined ? operation : `${operation} for a ${kind}`;
  throw new Refusal(403, 'ERR_ROLE_INSUFFICIENT', `none of the roles may do ${what}`);
}

/** Who may not do it is told so before anything they sent is read. */
function admit(context: AnyContext, operation: Operation, sites: readonly SiteId[]): Caller {
  const { caller } = context.env;
  if (caller === undefined)
    throw new Refusal(401, 'ERR_UNAUTHENTICATED', 'the token does not say who calls, and for which site');
  if (!sites.includes(caller.site)) throw new Refusal(403, 'ERR_SITE_FOREIGN', 'the site is not one of this system');
  demandRole(caller, operation, context.req.param('kind'));
  return caller;
}

function documented<Params, Query, Body>(spec: RouteSpec<Params, Query, Body>, sites: readonly SiteId[]) {
  const { method, path, summary, operation, params, query, body, answers } = spec;
  const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
  return createRoute({
    method,
    path,
    summary,
    operationId: `${method}${path.replace(/[^a-zA-Z0-9]+([a-zA-Z0-9])?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())}`,
    tags: [operation.slice(0, operation.indexOf('.'))],
    security: [{ bearer: [] }],
    middleware: async (context: AnyContext, next: () => Promise<void>) => {
      admit(context, operation, sites);
      await next();
    },
    request: {
      query: (query ?? NoMembersSchema) as never,
      ...(params === undefined ? {} : { params: params as never }),
      ...(body === undefined ? {} : { body: { required: true, content: json(body) } }),
    },
    responses: {
      [answers.status]: {
        description: summary,
        ...(answers.schema === undefined ? {} : { content: json(answers.schema) }),
      },
      default: { description: 'A refusal or a fault', content: { [PROBLEM_TYPE]: { schema: ProblemSchema } } },
    },
  });
}

function respond(context: AnyContext, { status, body, version, location }: Reply): Response {
  if (version !== undefined) context.header('etag', `"${version}"`);
  if (location !== undefined) context.header('location', location);
  return status === 204 ? context.body(null, 204) : context.json(body as object, status);
}
