/**
 * The form of every `vitalgate` verb: one file a verb, one JSON document out, one of four exit codes.
 *
 * The frame (`main.ts`) parses arguments, prints the document (`--json`) or its table, and feeds `--batch` lines.
 */
import type { ParseArgsConfig } from 'node:util';

/** 0 positive verdict, 1 negative verdict, 2 bad input, 3 fault. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface CommandDocument {
  /** `vitalgate.X/1` */
  readonly schema: `vitalgate.${string}/${number}`;
  /** Stable: a kebab-case verdict or an `ERR_…` code. */
  readonly code: string;
  readonly [member: string]: unknown;
}

export interface CommandResult {
  readonly document: CommandDocument;
  readonly exitCode: ExitCode;
  /** What a person reads without `--json`; the frame lists the document's members when absent. */
  readonly table?: string;
}

export interface CommandContext {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  /** `--now ISO`, else the wall clock. */
  readonly nowMs: number;
  readonly readStdin: () => Promise<string>;
  readonly signal: AbortSignal;
  /** For progress; goes to stderr. */
  readonly log: (line: string) => void;
}

export interface Command {
  /** As typed: `verify certificate`. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(context: CommandContext): Promise<CommandResult>;
  /** With `--batch`: one parsed NDJSON line; the frame echoes its `id` and keeps the order. */
  runLine?(line: Readonly<Record<string, unknown>>, context: CommandContext): Promise<CommandResult>;
}

/** The value of a string option, or undefined. */
export const option = (context: CommandContext, name: string): string | undefined => {
  const value = context.values[name];
  return typeof value === 'string' ? value : undefined;
};

/** @param message one sentence that says what to give instead */
export const badInput = (code: `ERR_${string}`, message: string): CommandResult => ({
  document: { schema: 'vitalgate.error/1', code, message },
  exitCode: 2,
});
