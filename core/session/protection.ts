/**
 * Whether a person's word holds a session: of this device, with this resource, for these verbs, approved, not ended, not
 * withdrawn, and with a clinical owner who still answers for the device. @see docs/adr/0004
 */
import type { Protection } from '../contracts/entities.ts';
import type { EntityId } from '../contracts/identifiers.ts';
import type { SiteView } from '../decision/site-view.ts';
import { verbsCover } from '../decision/verb-pattern.ts';
import type { Session } from './session.ts';

/** @returns the protection that lasts longest, or null when none holds */
export function protectionOf(session: Session, view: SiteView, nowMs: number): Protection | null {
  const pair = protectedPair(session);
  if (pair === null || !isAnsweredFor(view, pair.device, nowMs)) return null;
  const target = view.entity(session.object);
  const verbsAreSeen = target?.kind !== 'resource' || target.protocol !== 'tcp';
  const holding = view
    .protections(pair.device, pair.other)
    .filter(({ approvedAt, expiresAt }) => Date.parse(approvedAt) <= nowMs && nowMs < Date.parse(expiresAt))
    .filter(({ verbs }) => verbsCover(verbs, session.verb, verbsAreSeen));
  return holding.toSorted((left, right) => Date.parse(right.expiresAt) - Date.parse(left.expiresAt))[0] ?? null;
}

/**
 * The device and what it talks to, whoever opened the session. With two devices, the one that is accessed is the other.
 */
export function protectedPair({ subject, device, object }: Session): { device: EntityId; other: EntityId } | null {
  if (subject.kind === 'device') return { device: subject.id, other: object.id };
  if (object.kind === 'device') return { device: object.id, other: subject.id };
  return device?.kind === 'device' ? { device: device.id, other: object.id } : null;
}

function isAnsweredFor(view: SiteView, device: EntityId, nowMs: number): boolean {
  const owners = view.entity({ kind: 'device', id: device })?.owners ?? null;
  return owners !== null && nowMs < Date.parse(owners.clinical.expiresAt) && !view.withdrawn('owner', device);
}
