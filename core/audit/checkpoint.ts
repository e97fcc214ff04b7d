/** A signed statement of where a writer's chain stood: a tail cut off after it, or a chain made anew, is seen. */
import type { JSONWebKeySet } from 'jose';
import {
  AUDIT_CHECKPOINT_TYP,
  type AuditCheckpoint,
  AuditCheckpointSchema,
  type AuditRecord,
} from '../contracts/audit-record.ts';
import type { Timestamp } from '../contracts/identifiers.ts';
import type { Result } from '../result.ts';
import { type Signer, signCompact } from '../signing/jws.ts';
import { openDocument } from '../signing/open-document.ts';

/** @param record the last record that the statement covers */
export function signCheckpoint(record: AuditRecord, at: Timestamp, signer: Signer): Promise<string> {
  const { site, writer, seq, hash } = record;
  const checkpoint: AuditCheckpoint = { schema: 'vitalgate.audit-checkpoint/1', site, writer, seq, hash, at };
  return signCompact(checkpoint, AUDIT_CHECKPOINT_TYP, signer);
}

export function openCheckpoint(token: string, keys: JSONWebKeySet): Result<AuditCheckpoint> {
  const opened = openDocument(token, keys, AUDIT_CHECKPOINT_TYP, AuditCheckpointSchema);
  return opened.ok ? { ok: true, value: opened.value.document } : opened;
}
