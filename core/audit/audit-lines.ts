/** Audit trails as files: one record or one signed checkpoint a line, one writer a file, a writer over several files. */
import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';
import { type AuditVerdict, verifyChain } from './verify-chain.ts';

/** A checkpoint as a line of its own, after the records it covers. */
export const checkpointLine = (token: string): string => JSON.stringify({ checkpoint: token });

const CheckpointLineSchema = z.strictObject({ checkpoint: z.string() });

export interface AuditTrail {
  /** Parsed lines in order; `null` for a line that is no JSON. */
  readonly records: readonly unknown[];
  readonly checkpoints: readonly string[];
}

/** @param text NDJSON. Blank lines and the zeros of a preallocated file's unused rest are skipped. */
export function readAuditTrail(text: string): AuditTrail {
  const records: unknown[] = [];
  const checkpoints: string[] = [];
  for (const line of text.replaceAll('\0', '').split('\n')) {
    if (line.trim() === '') continue;
    const value = parseLine(line);
    const { data } = CheckpointLineSchema.safeParse(value);
    if (data === undefined) records.push(value);
    else checkpoints.push(data.checkpoint);
  }
  return { records, checkpoints };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

export interface ChainVerdict extends AuditVerdict {
  /** Of the chain's first record; `null` when that cannot be read. */
  readonly writer: string | null;
  readonly records: number;
  readonly checkpoints: number;
}

const WriterSchema = z.looseObject({ writer: z.string() });
const writerOf = ({ records }: AuditTrail): string | null => WriterSchema.safeParse(records[0]).data?.writer ?? null;

/**
 * Verifies each writer's chain. Trails of one writer are read as one, in the given order; what another writer's name is
 * on inside a trail is foreign to it.
 */
export function verifyTrails(trails: readonly AuditTrail[], keys: JSONWebKeySet): Promise<readonly ChainVerdict[]> {
  const chains = Map.groupBy(trails, writerOf);
  return Promise.all(
    [...chains].map(async ([writer, parts]) => {
      const records = parts.flatMap((part) => part.records);
      const checkpoints = parts.flatMap((part) => part.checkpoints);
      const verdict = await verifyChain(records, checkpoints, keys);
      return { ...verdict, writer, records: records.length, checkpoints: checkpoints.length };
    }),
  );
}
