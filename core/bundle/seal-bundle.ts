/** Makes a signed bundle of a site's content: sections digested one by one, valid for 72 hours. */
import {
  BUNDLE_SECTIONS,
  BUNDLE_TYP,
  BUNDLE_VALIDITY_SECONDS,
  type Bundle,
  type BundleContent,
  BundleSchema,
} from '../contracts/bundle.ts';
import type { EntityId, SiteId } from '../contracts/identifiers.ts';
import { timestamp } from '../contracts/identifiers.ts';
import { canonicalDigest } from '../signing/digest.ts';
import { type Signer, signCompact } from '../signing/jws.ts';

export interface SealingOrder {
  readonly site: SiteId;
  readonly gateways: readonly EntityId[];
  readonly version: number;
  readonly nowMs: number;
  readonly signer: Signer;
}

export interface SealedBundle {
  /** Compact JWS: what is stored and fetched. */
  readonly token: string;
  readonly bundle: Bundle;
  /** What heads and `announce-bundle` name. */
  readonly digest: string;
}

const sectionDigests = (content: BundleContent): Bundle['sections'] => ({
  policies: canonicalDigest(content.policies),
  entities: canonicalDigest(content.entities),
  protections: canonicalDigest(content.protections),
  narrowedVerbs: canonicalDigest(content.narrowedVerbs),
  referenceValues: canonicalDigest(content.referenceValues),
  malwareIndicators: canonicalDigest(content.malwareIndicators),
  anchors: canonicalDigest(content.anchors),
});

/** Names of the sections whose content is not what the digest says. */
export function mixedSections({ content, sections }: Bundle): readonly (keyof Bundle['sections'])[] {
  const actual = sectionDigests(content);
  return BUNDLE_SECTIONS.filter((section) => sections[section] !== actual[section]);
}

export async function sealBundle(content: BundleContent, order: SealingOrder): Promise<SealedBundle> {
  const bundle = BundleSchema.parse({
    schema: 'vitalgate.bundle/1',
    site: order.site,
    gateways: order.gateways,
    version: order.version,
    issuedAt: timestamp(order.nowMs),
    expiresAt: timestamp(order.nowMs + BUNDLE_VALIDITY_SECONDS * 1000),
    sections: sectionDigests(content),
    content,
  });
  return { token: await signCompact(bundle, BUNDLE_TYP, order.signer), bundle, digest: canonicalDigest(bundle) };
}
