/** The contracts that others may implement, as JSON Schema (draft 2020-12), by file name. */
import * as z from 'zod';
import { AccessRequestSchema, DecisionSchema } from '../access.ts';
import { AuditCheckpointSchema, AuditRecordSchema } from '../audit-record.ts';
import { BundleSchema } from '../bundle.ts';
import { CommandSchema } from '../command.ts';
import { FlowRecordSchema } from '../flow-record.ts';
import { PostureReportSchema } from '../posture-report.ts';
import { HeadSchema, StateSnapshotSchema, StateUpdateSchema } from '../site-state.ts';
import { TrustEvidenceSchema, TrustStateSchema } from '../trust.ts';

const CONTRACTS = {
  'access-request': AccessRequestSchema,
  'audit-checkpoint': AuditCheckpointSchema,
  'audit-record': AuditRecordSchema,
  bundle: BundleSchema,
  command: CommandSchema,
  decision: DecisionSchema,
  'flow-record': FlowRecordSchema,
  head: HeadSchema,
  'posture-report': PostureReportSchema,
  'state-snapshot': StateSnapshotSchema,
  'state-update': StateUpdateSchema,
  'trust-evidence': TrustEvidenceSchema,
  'trust-state': TrustStateSchema,
} as const satisfies Record<string, z.ZodType>;

export const contractSchemas = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(CONTRACTS).map(([name, schema]) => [name, z.toJSONSchema(schema)]));
