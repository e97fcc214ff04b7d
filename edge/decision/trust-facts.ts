/** The facts that trust criteria are judged on, as far as a gateway knows them. */
import type { Device } from '../../core/contracts/entities.ts';
import type { SubjectState } from '../../core/contracts/site-state.ts';
import type { SiteView } from '../../core/decision/site-view.ts';
import type { TrustFacts } from '../../core/trust/facts.ts';

/** What only the control plane can find out is taken from its last conclusion. */
export function trustFactsOf(device: Device, cloud: SubjectState, view: SiteView, nowMs: number): TrustFacts {
  const active = cloud.certificates.some((one) => one.status === 'active' && Date.parse(one.notAfter) > nowMs);
  const unmet = cloud.trust?.unmetCriteria ?? [];
  return {
    certificateBound: active,
    state: cloud.state,
    revoked: unmet.includes('not-revoked'),
    owned: isOwned(device, nowMs) && !view.withdrawn('owner', device.id),
    exploitedVulnerabilities: unmet.includes('no-exploited-vulnerability') ? 1 : 0,
    compromised: false,
  };
}

function isOwned({ owners }: Device, nowMs: number): boolean {
  if (owners === null) return false;
  return [owners.clinical, owners.biomedical, owners.security].every((one) => Date.parse(one.expiresAt) > nowMs);
}
