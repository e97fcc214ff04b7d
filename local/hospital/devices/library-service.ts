/**
 * The pump's own service for its drug library: plain HTTP on the device, reached through the agent's tunnel alone. It
 * takes a whole library or nothing, and no older one than it has.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DrugLibrary, DrugLibrarySchema } from '../drug-library.ts';
import type { Listen, Tell } from '../program.ts';
import { readBody } from '../read-body.ts';

const MAX_LIBRARY_BYTES = 512 * 1024;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface LibraryService {
  readonly port: number;
  /** Version that is installed; 0 before the first. */
  readonly version: number;
  close(): Promise<void>;
}

/** @param status what `GET /status` answers */
export async function startLibraryService(listen: Listen, status: () => unknown, tell: Tell): Promise<LibraryService> {
  let installed: DrugLibrary | null = null;
  const describe = () => ({
    library: installed?.library ?? null,
    version: installed?.version ?? 0,
    drugs: installed?.drugs.length ?? 0,
  });

  const install = (text: string): Answer => {
    const parsed = DrugLibrarySchema.safeParse(json(text));
    if (!parsed.success) return reject(422, 'library-malformed');
    const { version } = parsed.data;
    if (installed !== null && version < installed.version) return reject(409, 'library-older');
    if (installed?.version !== version) tell('library-installed', { version });
    installed = parsed.data;
    return { status: 200, body: describe() };
  };
  const reject = (code: number, reason: string): Answer => {
    tell('library-rejected', { code: reason });
    return { status: code, body: { code: reason, ...describe() } };
  };
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const text = await readBody(request, MAX_LIBRARY_BYTES);
    if (text === undefined) return reject(413, 'library-too-long');
    switch (`${request.method} ${request.url}`) {
      case 'GET /drug-library':
        return { status: 200, body: describe() };
      case 'PUT /drug-library':
        return install(text);
      case 'GET /status':
        return { status: 200, body: status() };
      default:
        return { status: 404, body: { code: 'not-found' } };
    }
  };
  const server = createServer((request, response) => void answer(request).then((one) => send(response, one)));
  await new Promise<void>((resolve, reject_) => {
    server.once('error', reject_);
    server.listen(listen.port, listen.address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    get version() {
      return installed?.version ?? 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
