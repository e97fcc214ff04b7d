/** The API of a running system as people use it: each call in a role, with the token that the development issuer keeps for it. */
import { readFile } from 'node:fs/promises';
import { VitalgateError } from '../core/errors.ts';
import { type Exchange, exchange } from '../edge/agent/https-exchange.ts';
import type { ROLES } from './issuer/mint-token.ts';
import type { Runtime } from './runtime-file.ts';

export type Role = (typeof ROLES)[number];

export interface ApiCall {
  readonly method: Exchange['method'];
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly role?: Role;
  /** `If-Match`, `If-None-Match` */
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses outside 2xx that the caller deals with. */
  readonly expected?: readonly number[];
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly etag: string | undefined;
}

const DEFAULT_ROLE: Role = 'security-engineer';

export class ApiClient {
  readonly #runtime: Pick<Runtime, 'api' | 'ca' | 'tokens'>;
  #ca: Promise<string> | null = null;

  constructor(runtime: Pick<Runtime, 'api' | 'ca' | 'tokens'>) {
    this.#runtime = runtime;
  }

  /** @throws VitalgateError `ERR_API_REFUSED` for an unexpected status; `ERR_HTTPS_UNREACHABLE`, `ERR_TOKEN_MISSING` */
  async call({ method, path, body, role = DEFAULT_ROLE, headers, expected = [] }: ApiCall): Promise<ApiAnswer> {
    const url = new URL(`${this.#runtime.api.baseUrl.replace(/\/$/, '')}${path}`);
    const answer = await exchange({
      url,
      method,
      headers: {
        authorization: `Bearer ${await this.#token(role)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      connection: { ca: await this.#anchor() },
    });
    const { status, text } = answer;
    if ((status < 200 || status > 299) && !expected.includes(status))
      throw new VitalgateError('ERR_API_REFUSED', `${method} ${path} answered ${status} ${text.slice(0, 400)}`);
    return { status, body: parseJson(text), etag: answer.headers.etag };
  }

  async #token(role: Role): Promise<string> {
    // Read each time: the issuer renews them.
    const path = this.#runtime.tokens[role];
    try {
      return (await readFile(path ?? '', 'utf8')).trim();
    } catch (cause) {
      throw new VitalgateError('ERR_TOKEN_MISSING', `there is no token for the role ${role}`, { cause });
    }
  }

  #anchor(): Promise<string> {
    this.#ca ??= readFile(this.#runtime.ca, 'utf8');
    return this.#ca;
  }
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
