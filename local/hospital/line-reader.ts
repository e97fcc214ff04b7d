/** Cuts a stream of bytes into lines. A line is given once it is whole. */
const LINE_FEED = 0x0a;

/**
 * @param tooLong called once, for a line that is longer than `maxBytes`; nothing is read after it
 * @returns takes the next bytes
 */
export function createLineReader(
  maxBytes: number,
  onLine: (line: string) => void,
  tooLong: () => void,
): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  let ended = false;
  return (chunk) => {
    if (ended) return;
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let end = held.indexOf(LINE_FEED); end >= 0 && end <= maxBytes; end = held.indexOf(LINE_FEED)) {
      const line = held.toString('utf8', 0, end).replace(/\r$/, '');
      held = held.subarray(end + 1);
      onLine(line);
    }
    if (held.length <= maxBytes) return;
    ended = true;
    tooLong();
  };
}
