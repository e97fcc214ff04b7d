/** Two byte streams made one: backpressure and half-close pass through, the end of one is the end of both. */
import type { Duplex } from 'node:stream';

/** What is still to be written to a side whose partner has gone may take this long to be taken. */
const LINGER_MS = 10_000;

/** Both must allow half-open. Errors are the caller's to listen to. */
export function joinStreams(left: Duplex, right: Duplex): void {
  left.pipe(right);
  right.pipe(left);
  left.once('close', () => closeAfter(left, right));
  right.once('close', () => closeAfter(right, left));
}

/** What was received before a clean end is still written out; after a broken one nothing is worth finishing. */
function closeAfter(closed: Duplex, other: Duplex): void {
  if (other.destroyed) return;
  if (!closed.readableEnded || closed.errored !== null) return void other.destroy();
  const timer = setTimeout(() => other.destroy(), LINGER_MS);
  other.once('close', () => clearTimeout(timer));
  other.end(() => other.destroy());
}
