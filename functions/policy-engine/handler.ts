/** The policy decision point for everyone who asks over HTTP. @see AuthZEN Authorization API 1.0 */
import { type AccessRequest, AccessRequestSchema } from '../../core/contracts/access.ts';
import { type Caller, readCaller } from '../http/caller.ts';
import { type HttpAnswer, type HttpEvent, jsonAnswer, parseBody } from '../http/http-event.ts';
import { type HttpHandler, httpHandler } from '../http/http-handler.ts';
import { problemAnswer } from '../http/problem.ts';
import type { Container } from './container.ts';
import { type Asking, evaluate } from './evaluate.ts';
import { EvaluationsSchema, evaluateMany } from './evaluate-many.ts';
import { SiteEngines } from './site-engines.ts';

const EVALUATION_PATH = '/access/v1/evaluation';
const EVALUATIONS_PATH = '/access/v1/evaluations';
const METADATA_PATH = '/.well-known/authzen-configuration';

const MAX_REQUEST_BYTES = 64 * 1024;
const MAX_REQUESTS_BYTES = 512 * 1024;
/** Names one exchange in the caller's log and ours. @see AuthZEN Authorization API 1.0 §10.1 */
const REQUEST_ID = 'x-request-id';

export function createHandler(container: Container): HttpHandler {
  const engines = new SiteEngines(container);
  return httpHandler(async (event) => {
    const answer = await route(event, container, engines);
    const requestId = event.headers[REQUEST_ID];
    return requestId === undefined ? answer : withHeader(answer, REQUEST_ID, requestId.slice(0, 128));
  }, container.log);
}

function route(event: HttpEvent, container: Container, engines: SiteEngines): Promise<HttpAnswer> | HttpAnswer {
  const { method } = event.requestContext.http;
  switch (`${method} ${event.rawPath}`) {
    case `GET ${METADATA_PATH}`:
      return jsonAnswer(200, metadata(event, container));
    case `POST ${EVALUATION_PATH}`:
      return asked(event, container, engines, (asking) =>
        single(parseBody(event, AccessRequestSchema, MAX_REQUEST_BYTES), asking),
      );
    case `POST ${EVALUATIONS_PATH}`:
      return asked(event, container, engines, (asking) => several(event, asking));
    default:
      return problemAnswer({ status: 404, code: 'route-unknown', detail: 'there is nothing here' });
  }
}

async function asked(
  event: HttpEvent,
  { sites, surroundings }: Container,
  engines: SiteEngines,
  answer: (asking: Asking) => HttpAnswer,
): Promise<HttpAnswer> {
  const caller = readCaller(event);
  if (caller === undefined) return forbidden('caller-unknown', 'the token names no site and roles');
  if (!sites.includes(caller.site)) return forbidden('site-unknown', 'the site of the token is not served here');
  return answer(await askingOf(caller, engines, surroundings.nowMs));
}

/** The clock after the state: nothing in it may lie in the future. */
async function askingOf(caller: Caller, engines: SiteEngines, nowMs: () => number): Promise<Asking> {
  const engine = await engines.at(caller.site);
  return { caller, engine, nowMs: nowMs() };
}

function single(request: AccessRequest, asking: Asking): HttpAnswer {
  const evaluated = evaluate(request, asking);
  if (evaluated.ok) return jsonAnswer(200, evaluated.value);
  if (evaluated.code === 'caller-may-not-ask') return forbidden(evaluated.code, evaluated.message);
  return problemAnswer({ status: 400, code: evaluated.code, detail: evaluated.message });
}

/** Without a list it is one request, asked at the other address. */
function several(event: HttpEvent, asking: Asking): HttpAnswer {
  const body = parseBody(event, EvaluationsSchema, MAX_REQUESTS_BYTES);
  if ((body.evaluations ?? []).length > 0) return jsonAnswer(200, evaluateMany(body, asking));
  return single(parseBody(event, AccessRequestSchema, MAX_REQUEST_BYTES), asking);
}

function metadata({ headers, requestContext }: HttpEvent, { baseUrl }: Container) {
  const base = (baseUrl ?? `https://${headers['host'] ?? requestContext.domainName}`).replace(/\/+$/, '');
  return {
    policy_decision_point: base,
    access_evaluation_endpoint: `${base}${EVALUATION_PATH}`,
    access_evaluations_endpoint: `${base}${EVALUATIONS_PATH}`,
  };
}

const forbidden = (code: string, detail: string): HttpAnswer => problemAnswer({ status: 403, code, detail });

const withHeader = (answer: HttpAnswer, name: string, value: string): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, [name]: value },
});
