/** Says what a start is doing, one line a step, and how long each took. */
export interface Progress {
  /** Runs one step and tells of it. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
}

export function progressTo(write: (line: string) => void): Progress {
  return {
    async step(what, work) {
      const begun = performance.now();
      const result = await work();
      write(`  ${what.padEnd(58, ' ')} ${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s`);
      return result;
    },
    say: write,
  };
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}
