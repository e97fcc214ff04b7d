/** The signed documents that make up what a gateway knows of its site, and which of them a token is. */
import { BUNDLE_TYP } from '../../core/contracts/bundle.ts';
import { HEAD_TYP, STATE_SNAPSHOT_TYP, STATE_UPDATE_TYP } from '../../core/contracts/site-state.ts';

export type DocumentKind = 'update' | 'snapshot' | 'head' | 'bundle';

const KIND_BY_TYP: Readonly<Record<string, DocumentKind>> = {
  [STATE_UPDATE_TYP]: 'update',
  [STATE_SNAPSHOT_TYP]: 'snapshot',
  [HEAD_TYP]: 'head',
  [BUNDLE_TYP]: 'bundle',
};

export interface SiteDocument {
  readonly kind: DocumentKind;
  readonly token: string;
  /** Signed in answer to our own question just now; else it may have been on its way for long. */
  readonly live: boolean;
}

/** What the header claims; the signature is checked by whoever takes the document. @returns null for anything else */
export function documentKind(token: string): DocumentKind | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
    const typ = (header as { typ?: unknown } | null)?.typ;
    return typeof typ === 'string' ? (KIND_BY_TYP[typ] ?? null) : null;
  } catch {
    return null;
  }
}

/** Anything that holds compact JWSs: one a line, or as strings of a JSON document. */
const COMPACT_JWS = /[\w-]+\.[\w-]+\.[\w-]+/g;
const ORDER: Readonly<Record<DocumentKind, number>> = { bundle: 0, snapshot: 1, update: 2, head: 3 };

/** The tokens of a state file in the order in which they are to be taken: snapshots, updates as they come, heads. */
export function tokensOf(text: string): string[] {
  const rank = (token: string): number => ORDER[documentKind(token) ?? 'head'];
  return (text.match(COMPACT_JWS) ?? []).toSorted((left, right) => rank(left) - rank(right));
}
