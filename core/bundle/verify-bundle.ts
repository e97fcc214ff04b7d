/** Judges a bundle before it is installed: whose it is, whether it is whole, and whether it is the one to hold now. */
import type { JSONWebKeySet } from 'jose';
import {
  BUNDLE_TYP,
  BUNDLE_VALIDITY_SECONDS,
  type Bundle,
  BundleSchema,
  MAX_BUNDLE_BYTES,
} from '../contracts/bundle.ts';
import type { EntityId, SiteId } from '../contracts/identifiers.ts';
import type { Head } from '../contracts/site-state.ts';
import { failure, type Result, success } from '../result.ts';
import { openDocument } from '../signing/open-document.ts';
import { mixedSections } from './seal-bundle.ts';

export type BundleFailure =
  | 'bundle-oversize'
  | 'bundle-signature'
  | 'bundle-malformed'
  | 'bundle-wrong-site'
  | 'bundle-mix'
  | 'bundle-expired'
  | 'bundle-rollback'
  | 'bundle-freeze';

export interface BundleCheck {
  readonly token: string;
  readonly keys: JSONWebKeySet;
  readonly site: SiteId;
  readonly gateway: EntityId;
  /** 0 when none is installed. */
  readonly installedVersion: number;
  /** The newest verified head. Left out when the bundle in force is loaded again after a restart. */
  readonly head?: Head;
  readonly nowMs: number;
}

export interface VerifiedBundle {
  readonly bundle: Bundle;
  readonly digest: string;
}

/**
 * - `bundle-oversize`: larger than {@link MAX_BUNDLE_BYTES}; judged before anything is read
 * - `bundle-signature`: not signed as a bundle by a known key
 * - `bundle-malformed`: signed, and not a bundle of this version, or valid for longer than 72 hours
 * - `bundle-wrong-site`: of another site, or not for this gateway
 * - `bundle-mix`: a section is not the one that was sealed, or the head names other content under this version
 * - `bundle-expired`
 * - `bundle-rollback`: older than the installed one
 * - `bundle-freeze`: the head in hand names a newer version: someone holds the site on an old one
 */
export function verifyBundle(check: BundleCheck): Promise<Result<VerifiedBundle, BundleFailure>> {
  return Promise.resolve(judge(check));
}

function judge(check: BundleCheck): Result<VerifiedBundle, BundleFailure> {
  const { token, head } = check;
  if (Buffer.byteLength(token) > MAX_BUNDLE_BYTES) return failure('bundle-oversize', 'the bundle is too large');
  const opened = openDocument(token, check.keys, BUNDLE_TYP, BundleSchema);
  if (!opened.ok) {
    return failure(opened.code === 'jws-payload' ? 'bundle-malformed' : 'bundle-signature', opened.message);
  }
  const { document: bundle, digest } = opened.value;
  const [issuedMs, expiresMs] = [Date.parse(bundle.issuedAt), Date.parse(bundle.expiresAt)];
  if (expiresMs <= issuedMs || expiresMs - issuedMs > BUNDLE_VALIDITY_SECONDS * 1000) {
    return failure('bundle-malformed', 'a validity that no bundle has');
  }
  if (bundle.site !== check.site) return failure('bundle-wrong-site', 'a bundle of another site');
  if (!bundle.gateways.includes(check.gateway)) return failure('bundle-wrong-site', 'not for this gateway');
  const mixed = mixedSections(bundle);
  if (mixed.length > 0) return failure('bundle-mix', `not as sealed: ${mixed.join(', ')}`);
  if (head?.bundleVersion === bundle.version && head.bundleDigest !== digest) {
    return failure('bundle-mix', `the head names other content for version ${bundle.version}`);
  }
  if (check.nowMs >= expiresMs) return failure('bundle-expired', `expired at ${bundle.expiresAt}`);
  if (bundle.version < check.installedVersion) {
    return failure('bundle-rollback', `version ${bundle.version}, installed is ${check.installedVersion}`);
  }
  if (head !== undefined && head.bundleVersion > bundle.version) {
    return failure('bundle-freeze', `version ${bundle.version}, the head names ${head.bundleVersion}`);
  }
  return success({ bundle, digest });
}
