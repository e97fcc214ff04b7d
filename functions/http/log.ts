/** One line of JSON an event: a code from the catalogue, its sentence, and values as fields. No token, no payload, no raw error. */
import { VitalgateError } from '../../core/errors.ts';

const LOG_CATALOGUE = {
  'audit-chain-broken': 'the audit chain of a writer does not hold',
  'audit-record-refused': 'an audit record of a gateway was refused',
  'authorities-issued': 'certificates of authorities were issued',
  'checkpoint-failed': 'the end of an audit chain could not be signed',
  'claim-refused': 'an enrolment was refused',
  'commit-retried': 'a judgement was made again because its ground had changed',
  'containment-applied': 'the broker applied what a commit demanded',
  'device-enrolled': 'an entity was given a certificate',
  'evidence-refused': 'evidence of a gateway was refused',
  'gateway-refused': 'a gateway did not prove who it is',
  'head-push-failed': 'heads of a site could not be handed to the broker',
  'health-received': 'a gateway reported how it is',
  'message-unreadable': 'a message does not have the envelope of the rule that sent it',
  'outbox-repaired': 'an update that its commit could not publish was published',
  'policy-published': 'a bundle was published',
  'policy-refused': 'a bundle was not published because its policies are not valid',
  'posture-accepted': 'a posture report was assessed',
  'posture-refused': 'a posture report was refused',
  'provisioning-refused': 'a provisioning was refused',
  'publish-failed': 'an update was committed and could not be published; the relay repairs it',
  'request-failed': 'a request failed for a reason on our side',
  'session-event-refused': 'a session event was refused',
  'subject-reevaluated': 'a subject was judged again',
} as const;
type LogCode = keyof typeof LOG_CATALOGUE;

type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  info(code: LogCode, fields?: Fields): void;
  warn(code: LogCode, fields?: Fields): void;
  error(code: LogCode, cause: unknown, fields?: Fields): void;
}

/** @param write takes one line; standard output by default, which Lambda keeps */
export function createLog(functionName: string, write: (line: string) => void = console.log): Log {
  const line = (level: 'info' | 'warn' | 'error', code: LogCode, fields: Fields): void =>
    write(JSON.stringify({ ...fields, level, code, message: LOG_CATALOGUE[code], function: functionName }));
  return {
    info: (code, fields = {}) => line('info', code, fields),
    warn: (code, fields = {}) => line('warn', code, fields),
    error: (code, cause, fields = {}) => line('error', code, { ...fields, ...describe(cause) }),
  };
}

/** The name of what went wrong and of what caused it; messages of foreign errors may quote what must not be kept. */
function describe(cause: unknown): Fields {
  if (cause instanceof VitalgateError) {
    return { error: cause.code, ...(cause.cause instanceof Error ? { cause: cause.cause.name } : {}) };
  }
  return { error: cause instanceof Error ? cause.name : 'unknown' };
}
