/**
 * SPIFFE ids: how a certificate names an entity. `spiffe://vitalgate/site/{site}/{kind}/{name}`.
 *
 * One id has one spelling: what parses prints back to the same bytes, so that ids can be compared as strings.
 * @see SPIFFE-ID §2
 */
import { ENTITY_KINDS, type EntityRef, EntityRefSchema, nameOf, siteOf } from '../contracts/identifiers.ts';

export const TRUST_DOMAIN = 'vitalgate';
const ENTITY_ID = new RegExp(`^spiffe://${TRUST_DOMAIN}/site/([^/]+)/(${ENTITY_KINDS.join('|')})/([^/]+)$`);

/** @example spiffeId(entityRef('device', 'north:pump-3')) // spiffe://vitalgate/site/north/device/pump-3 */
export const spiffeId = ({ kind, id }: EntityRef): string =>
  `spiffe://${TRUST_DOMAIN}/site/${siteOf(id)}/${kind}/${nameOf(id)}`;

/** @returns undefined for anything but the exact form of {@link spiffeId} */
export function parseSpiffeId(uri: string): EntityRef | undefined {
  const [, site, kind, name] = ENTITY_ID.exec(uri) ?? [];
  return EntityRefSchema.safeParse({ kind, id: `${site}:${name}` }).data;
}
