/** What a commit writes beside the ledger itself: each write carries the ground it was decided on, and fails without it. */
import * as z from 'zod';
import {
  MalwareIndicatorSchema,
  NarrowedVerbsSchema,
  PolicySchema,
  ReferenceValuesSchema,
} from '../contracts/bundle.ts';
import { type Entity, ProtectionSchema } from '../contracts/entities.ts';
import {
  type EntityRef,
  EntityRefSchema,
  Sha256Schema,
  type Timestamp,
  TimestampSchema,
} from '../contracts/identifiers.ts';
import type { StateChange } from '../contracts/site-state.ts';
import type { ClaimRecord } from '../identity/claim.ts';
import type { SubjectRecord } from './subject-record.ts';

/** A certificate that was issued, found by its thumbprint. */
export const CertificateRecordSchema = z
  .strictObject({
    thumbprint: Sha256Schema,
    serial: z.string().max(64),
    ref: EntityRefSchema,
    notAfter: TimestampSchema,
    status: z.enum(['active', 'revoked']),
    pem: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
  })
  .readonly();
export type CertificateRecord = z.infer<typeof CertificateRecordSchema>;

/** One authored item of the policy table. */
export const PolicyItemSchema = z.discriminatedUnion('type', [
  /** With `enabled: false` it takes the shipped policy of the same id out of force. */
  z.strictObject({ type: z.literal('policy'), document: PolicySchema, enabled: z.boolean() }),
  z.strictObject({ type: z.literal('protection'), document: ProtectionSchema }),
  z.strictObject({ type: z.literal('reference'), document: ReferenceValuesSchema }),
  z.strictObject({ type: z.literal('indicator'), document: MalwareIndicatorSchema }),
  z.strictObject({ type: z.literal('narrowed'), document: NarrowedVerbsSchema }),
]);
export type PolicyItem = z.infer<typeof PolicyItemSchema>;
export type PolicyItemType = PolicyItem['type'];

/** Names an item among those of its type. */
export function policyItemId(item: PolicyItem): string {
  switch (item.type) {
    case 'policy':
    case 'protection':
      return item.document.id;
    case 'reference':
      return `${item.document.category}#${item.document.model ?? '*'}`;
    case 'indicator':
      return item.document.sha256;
    case 'narrowed':
      return item.document.category;
  }
}

type Withdrawal = Omit<Extract<StateChange, { op: 'withdraw' }>, 'op'>;

/** `expectedVersion` 0: it must not exist yet. */
export type LedgerWrite =
  | { readonly write: 'put-subject'; readonly record: SubjectRecord; readonly expectedVersion: number }
  | { readonly write: 'put-entity'; readonly entity: Entity; readonly expectedVersion: number }
  | { readonly write: 'delete-entity'; readonly ref: EntityRef; readonly expectedVersion: number }
  /** An alias names one thing of a site: taken by another, the whole commit is refused. */
  | { readonly write: 'take-alias' | 'free-alias'; readonly alias: string; readonly ref: EntityRef }
  | { readonly write: 'put-certificate'; readonly certificate: CertificateRecord }
  | { readonly write: 'revoke-certificate'; readonly thumbprint: string }
  | { readonly write: 'put-claim'; readonly claim: ClaimRecord }
  | { readonly write: 'put-policy-item'; readonly item: PolicyItem; readonly expectedVersion: number }
  | {
      readonly write: 'delete-policy-item';
      readonly type: PolicyItemType;
      readonly id: string;
      readonly expectedVersion: number;
    }
  | ({ readonly write: 'put-withdrawal'; readonly expiresAt: Timestamp } & Withdrawal)
  | { readonly write: 'put-bundle'; readonly version: number; readonly digest: string; readonly objectKey: string };
