/** A log that a test can look into. */
import type { AgentLog, AgentLogFields } from '../../../../edge/agent/log.ts';
import type { AgentLogCode } from '../../../../edge/agent/log-catalogue.ts';

export interface RecordedLog {
  readonly log: AgentLog;
  readonly lines: { readonly code: AgentLogCode; readonly fields: AgentLogFields }[];
  readonly codes: () => AgentLogCode[];
}

export function recordedLog(): RecordedLog {
  const lines: RecordedLog['lines'] = [];
  return {
    lines,
    log: (_level, code, fields = {}) => void lines.push({ code, fields }),
    codes: () => lines.map(({ code }) => code),
  };
}
