/** The whole body of a request, bounded. */
import type { IncomingMessage } from 'node:http';

/** @returns undefined when it is longer, or never came to its end */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // What is too long is still read to a point: a connection closed on a client that writes loses it the answer.
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else if (bytes > 4 * maxBytes) return undefined;
    }
  } catch {
    return undefined;
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}
