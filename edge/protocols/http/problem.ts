/** What a client is told when a request inside its session is refused: codes, and nothing else. @see RFC 9457 */
import type { ServerResponse } from 'node:http';

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood in exactly one way.',
  403: 'The request is not allowed.',
  404: 'There is nothing here.',
  413: 'The request is too large.',
  415: 'This form of content is not accepted.',
  502: 'The resource did not answer.',
};

export function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  reasons: readonly string[] = [],
  close = false,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ type: 'about:blank', title: TITLES[status] ?? code, status, code, reasons });
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(close && { connection: 'close' }),
  });
  response.end(body);
}
