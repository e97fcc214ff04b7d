/** Two byte streams joined: what one says the other hears, at the slower one's pace; when one is gone, so is the other. */
import type { Duplex } from 'node:stream';

export interface PipeObserver {
  readonly toResource: (bytes: number) => void;
  readonly fromResource: (bytes: number) => void;
}

/** A half-closed side stays half-closed: protocols that end their request with FIN still get their answer. */
export function joinStreams(client: Duplex, resource: Duplex, observe: PipeObserver): void {
  client.on('data', (chunk: Buffer) => observe.toResource(chunk.length));
  resource.on('data', (chunk: Buffer) => observe.fromResource(chunk.length));
  const drop = (): void => {
    client.destroy();
    resource.destroy();
  };
  client.on('error', drop);
  resource.on('error', drop);
  client.once('close', () => closeAfterFlush(resource));
  resource.once('close', () => closeAfterFlush(client));
  client.pipe(resource);
  resource.pipe(client);
}

/** What was already handed over still goes out. */
function closeAfterFlush(stream: Duplex): void {
  if (stream.destroyed) return;
  if (stream.writableFinished) stream.destroy();
  else stream.end(() => stream.destroy());
}
