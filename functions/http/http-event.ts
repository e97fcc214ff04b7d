/** HTTP API events, payload format 2.0, and their answers. */
import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';

export const HttpEventSchema = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string().optional()).default({}),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    http: z.object({ method: z.string(), path: z.string().optional() }),
    domainName: z.string().optional(),
    authorizer: z
      .object({
        jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).optional(),
        lambda: z.record(z.string(), z.unknown()).nullish(),
      })
      .nullish(),
  }),
});
export type HttpEvent = z.infer<typeof HttpEventSchema>;

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers are about someone's trust: no cache keeps them. */
const COMMON_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

export const jsonAnswer = (statusCode: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...COMMON_HEADERS, ...headers },
  body: JSON.stringify(body),
});

export const textAnswer = (
  statusCode: number,
  body: string,
  contentType: string,
  headers: Record<string, string> = {},
): HttpAnswer => ({ statusCode, headers: { 'content-type': contentType, ...COMMON_HEADERS, ...headers }, body });

export const bodyText = ({ body, isBase64Encoded }: HttpEvent): string => {
  const text = body ?? '';
  return isBase64Encoded ? Buffer.from(text, 'base64').toString('utf8') : text;
};

/**
 * The body as one strict JSON value of a schema.
 * @throws InvalidInputError `ERR_BODY_TOO_LARGE`, `ERR_BODY_NOT_JSON`, `ERR_BODY_INVALID` naming the first place that is wrong
 */
export function parseBody<T>(event: HttpEvent, schema: z.ZodType<T>, maxBytes: number): T {
  const text = bodyText(event);
  if (Buffer.byteLength(text) > maxBytes) {
    throw new InvalidInputError('ERR_BODY_TOO_LARGE', `a request body has at most ${maxBytes} bytes`);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError('ERR_BODY_NOT_JSON', 'the body is not JSON', { cause });
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError('ERR_BODY_INVALID', `the body is not as documented at ${placeOf(parsed.error)}`);
}

export const placeOf = (error: z.ZodError): string => {
  const [issue] = error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? ` (unknown: ${issue.keys.join(', ')})` : '';
  return `${issue?.path.join('.') || 'its top level'}${keys}`;
};
