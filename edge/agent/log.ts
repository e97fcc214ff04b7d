/** Log lines as JSON: `{at, level, code, message, …fields}`. */
import { AGENT_LOG_CATALOGUE, type AgentLogCode } from './log-catalogue.ts';

export type AgentLogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type AgentLog = (level: 'info' | 'warn' | 'error', code: AgentLogCode, fields?: AgentLogFields) => void;

/** @param write takes one complete line @param nowMs for people reading the log */
export const createAgentLog =
  (write: (line: string) => void, nowMs: () => number): AgentLog =>
  (level, code, fields) =>
    write(
      `${JSON.stringify({ at: new Date(nowMs()).toISOString(), level, code, message: AGENT_LOG_CATALOGUE[code], ...fields })}\n`,
    );

/** What a fault may say of itself in a log: its class and code, never its text. */
export function faultOf(cause: unknown): AgentLogFields {
  if (!(cause instanceof Error)) return { fault: typeof cause };
  const code = (cause as { code?: unknown }).code;
  return { fault: cause.name, ...(typeof code === 'string' && { faultCode: code }) };
}
