/** HTTP API events in, answers out: the application itself speaks the standard Request and Response. */
import { InvalidInputError } from '../../core/errors.ts';
import { readCaller } from '../http/caller.ts';
import { bodyText, type HttpAnswer, type HttpEvent, textAnswer } from '../http/http-event.ts';
import { type HttpHandler, httpHandler } from '../http/http-handler.ts';
import { createApp } from './app.ts';
import type { AdminParts } from './parts.ts';

/** The largest thing that is written is a policy, of ten thousand characters. */
const MAX_BODY_BYTES = 256 * 1024;
/** No body goes with these. @see RFC 9110 §9.3.1 */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const FALLBACK_HOST = 'localhost';

export function createHandler(parts: AdminParts): HttpHandler {
  const app = createApp(parts);
  return httpHandler(async (event) => {
    const response = await app.fetch(requestOf(event), { event, caller: readCaller(event) });
    return answerOf(response);
  }, parts.log);
}

function requestOf(event: HttpEvent): Request {
  const { method } = event.requestContext.http;
  const url = new URL(`https://${event.requestContext.domainName ?? FALLBACK_HOST}`);
  // Some endpoints hand the path on decoded, some as it came: the setter takes both.
  url.pathname = event.rawPath;
  url.search = event.rawQueryString;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
  if (BODILESS.has(method)) return new Request(url, { method, headers });
  const body = bodyText(event);
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
    throw new InvalidInputError('ERR_BODY_TOO_LARGE', `a request body has at most ${MAX_BODY_BYTES} bytes`);
  }
  return new Request(url, { method, headers, body });
}

async function answerOf(response: Response): Promise<HttpAnswer> {
  const { 'content-type': contentType = 'application/json', ...headers } = Object.fromEntries(response.headers);
  return textAnswer(response.status, await response.text(), contentType, headers);
}
