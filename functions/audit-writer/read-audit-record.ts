/** From a gateway's message to an audit record that may be believed. */
import { type AuditRecord, AuditRecordSchema } from '../../core/contracts/audit-record.ts';
import { siteOf } from '../../core/contracts/identifiers.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { DeviceMessage } from '../http/device-message.ts';
import { hasOwnHash } from './own-hash.ts';

export type AuditRecordRefusal = 'audit-malformed' | 'audit-foreign-writer' | 'audit-altered';

/**
 * - `audit-malformed`: not an audit record of this version
 * - `audit-foreign-writer`: of another writer than a process of the gateway that sent it, or of another site
 * - `audit-altered`: its hash is not its own
 */
export function readSentRecord({ bytes, topicRef }: DeviceMessage): Result<AuditRecord, AuditRecordRefusal> {
  const record = parse(bytes);
  if (record === undefined) return failure('audit-malformed', 'not an audit record');
  const own = topicRef.kind === 'gateway' && record.writer.startsWith(`${topicRef.id}/`);
  if (!own || record.site !== siteOf(topicRef.id)) {
    return failure('audit-foreign-writer', 'a gateway writes its own chains alone');
  }
  return hasOwnHash(record) ? success(record) : failure('audit-altered', 'the hash is not of this record');
}

function parse(bytes: Uint8Array): AuditRecord | undefined {
  try {
    return AuditRecordSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
