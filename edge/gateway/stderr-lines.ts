/** Log lines to stderr, several in one write: a line must not cost a system call while connections wait. */
const FLUSH_MS = 20;
const MAX_PENDING = 256;

export function stderrLines(): (line: string) => void {
  let pending: string[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (pending.length === 0) return;
    const text = pending.join('');
    pending = [];
    process.stderr.write(text);
  };
  process.once('exit', flush);
  return (line) => {
    pending.push(line);
    if (pending.length >= MAX_PENDING) flush();
    else timer ??= setTimeout(flush, FLUSH_MS).unref();
  };
}
