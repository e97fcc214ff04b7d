/** What a function wants to happen at a site, as one whole: it all happens, in order and told to everyone, or none of it. */
import type { AuditEntry } from '../contracts/audit-record.ts';
import type { Code } from '../contracts/identifiers.ts';
import type { StateChange } from '../contracts/site-state.ts';
import type { LedgerWrite } from './ledger-write.ts';

/** For everyone else: references and codes, never content. */
export interface BusEvent {
  readonly type: `${string}.${string}`;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** What must be done at the message broker afterwards, again and again until it is done. */
export type BrokerEffect =
  | { readonly effect: 'contain-thing' | 'release-thing'; readonly thing: string }
  | { readonly effect: 'deactivate-certificate'; readonly thumbprint: string; readonly clientId: string };

export interface LedgerIntent {
  /** Why gateways are told: `posture-assessed`, `certificate-revoked`, `bundle-published`. */
  readonly cause: Code;
  /** What gateways are told; none for what they need not know. */
  readonly changes: readonly StateChange[];
  /** In the order in which they shall stand in the audit trail. */
  readonly audit: readonly AuditEntry[];
  readonly writes: readonly LedgerWrite[];
  readonly events: readonly BusEvent[];
  readonly effects: readonly BrokerEffect[];
  /** A bundle comes into force: only if the content is still what it was compiled from. */
  readonly bundle?: { readonly version: number; readonly digest: string; readonly contentRevision: number };
}

export const intent = (cause: Code, parts: Partial<Omit<LedgerIntent, 'cause'>>): LedgerIntent => ({
  cause,
  changes: [],
  audit: [],
  writes: [],
  events: [],
  effects: [],
  ...parts,
});

/** Nobody needs to hear of it and nothing about it needs proof: it writes its items and takes no step in the ledger. */
export const isSilent = ({ changes, audit, events, effects, bundle }: LedgerIntent): boolean =>
  changes.length + audit.length + events.length + effects.length === 0 && bundle === undefined;
