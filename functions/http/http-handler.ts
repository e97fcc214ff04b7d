/** The frame of every HTTP function: the event is parsed once, and whatever is thrown becomes a problem with a code. */
import middy from '@middy/core';
import { InvalidInputError } from '../../core/errors.ts';
import { type HttpAnswer, type HttpEvent, HttpEventSchema } from './http-event.ts';
import type { Log } from './log.ts';
import { problemAnswer, problemOf } from './problem.ts';

const FAULT_STATUS = 500;

/** Replaces the raw event by the parsed one. */
const parseEvent = (): middy.MiddlewareObj<unknown, HttpAnswer> => ({
  before: (request) => {
    const parsed = HttpEventSchema.safeParse(request.event);
    if (!parsed.success) throw new InvalidInputError('ERR_EVENT', 'the request cannot be read');
    request.event = parsed.data;
  },
});

const answerErrors = (log: Log): middy.MiddlewareObj<unknown, HttpAnswer> => ({
  onError: (request) => {
    const problem = problemOf(request.error);
    if (problem.status >= FAULT_STATUS) log.error('request-failed', request.error);
    request.response = problemAnswer(problem);
  },
});

export type HttpHandler = (event: unknown, context?: unknown) => Promise<HttpAnswer>;

export function httpHandler(handle: (event: HttpEvent) => Promise<HttpAnswer>, log: Log): HttpHandler {
  const handler = middy((event: unknown) => handle(event as HttpEvent))
    .use(answerErrors(log))
    .use(parseEvent());
  return (event, context = {}) => handler(event, context as never) as Promise<HttpAnswer>;
}
