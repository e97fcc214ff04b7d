/** From an argument list to a verb and its options. */
import { parseArgs } from 'node:util';
import { failure, type Result, success } from '../core/result.ts';
import type { Command, CommandContext } from './command.ts';
import type { RegisteredVerb } from './registry.ts';

/** What every verb takes. */
const COMMON_OPTIONS = {
  json: { type: 'boolean' },
  batch: { type: 'boolean' },
  now: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

export interface ChosenVerb {
  readonly verb: RegisteredVerb;
  /** The arguments without the verb's own words. */
  readonly rest: readonly string[];
}

/** The verb is the first words that are no option; options of the frame may stand before it. */
export function chooseVerb(argv: readonly string[], verbs: readonly RegisteredVerb[]): ChosenVerb | undefined {
  const start = firstWord(argv);
  for (const verb of verbs) {
    const words = verb.name.split(' ');
    if (!words.every((word, index) => argv[start + index] === word)) continue;
    return { verb, rest: argv.toSpliced(start, words.length) };
  }
  return undefined;
}

function firstWord(argv: readonly string[]): number {
  let index = 0;
  while (argv[index]?.startsWith('-')) index += argv[index] === '--now' ? 2 : 1;
  return index;
}

export interface ParsedArguments {
  readonly values: CommandContext['values'];
  readonly positionals: readonly string[];
  readonly json: boolean;
  readonly batch: boolean;
  readonly help: boolean;
  /** `--now`, when given. */
  readonly nowMs: number | undefined;
}

export function parseArguments(
  rest: readonly string[],
  options: Command['options'],
): Result<ParsedArguments, 'ERR_OPTION_UNKNOWN' | 'ERR_NOW_MALFORMED'> {
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: { ...options, ...COMMON_OPTIONS },
      allowPositionals: true,
      strict: true,
    });
    const { now } = values as { readonly now?: string };
    const nowMs = now === undefined ? undefined : Date.parse(now);
    if (now !== undefined && (!RFC3339.test(now) || Number.isNaN(nowMs)))
      return failure('ERR_NOW_MALFORMED', '--now takes a time such as 2026-11-23T12:00:00Z');
    const { json, batch, help } = values as Readonly<Record<string, boolean | undefined>>;
    return success({ values, positionals, json: json === true, batch: batch === true, help: help === true, nowMs });
  } catch (cause) {
    return failure('ERR_OPTION_UNKNOWN', cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : 'bad options');
  }
}
