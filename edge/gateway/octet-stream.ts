/**
 * A stream that hands only octets to an HTTP/2 stream.
 *
 * Node's HTTP client writes its header block as a string, and an HTTP/2 stream may send such a write after the memory
 * behind it was used again: the peer then reads bytes of this process's heap. A Duplex of our own encodes first.
 */
import { Duplex } from 'node:stream';

export function octetStream(inner: Duplex): Duplex {
  const outer = new Duplex({
    read: () => void inner.resume(),
    write: (chunk, _encoding, done) => void inner.write(chunk, done),
    final: (done) => void inner.end(done),
    destroy: (cause, done) => {
      inner.destroy();
      done(cause);
    },
  });
  inner.on('data', (chunk) => {
    if (!outer.push(chunk)) inner.pause();
  });
  inner.once('end', () => outer.push(null));
  inner.once('error', (cause) => outer.destroy(cause));
  // After a proper end there may be octets left to read.
  inner.once('close', () => inner.readableEnded || outer.destroy());
  return outer;
}
