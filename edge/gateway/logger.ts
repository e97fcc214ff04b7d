/** Log lines as JSON: `{at, level, code, message, …fields}`. The only door to stderr in the gateway. */
import { LOG_CATALOGUE, type LogCode } from './log-catalogue.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[] | undefined>>;
export type LogLevel = 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, code: LogCode, fields?: LogFields) => void;

/** @param write takes one complete line @param wallMs for people reading the log; no decision rests on it */
export function createLog(write: (line: string) => void, wallMs: () => number, common: LogFields = {}): Log {
  return (level, code, fields) => {
    const at = new Date(wallMs()).toISOString();
    write(`${JSON.stringify({ at, level, code, message: LOG_CATALOGUE[code], ...common, ...fields })}\n`);
  };
}

/** What a fault may say of itself in a log: its class and code, never its text. */
export function faultFields(cause: unknown): LogFields {
  if (!(cause instanceof Error)) return { fault: typeof cause };
  const code = (cause as { code?: unknown }).code;
  return { fault: cause.name, ...(typeof code === 'string' && { faultCode: code }) };
}
