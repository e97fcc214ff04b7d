/**
 * The door for evidence that a gateway sends up. A gateway speaks of its own site and as what a gateway can see; it is
 * nobody's enrolment, no person, and no feed. Time ahead of ours would never age, and is refused.
 */
import { type EntityRef, siteOf } from '../contracts/identifiers.ts';
import { type EvidenceSource, type TrustEvidence, TrustEvidenceSchema } from '../contracts/trust.ts';
import { MAX_FUTURE_SKEW_MS } from '../posture/accept-report.ts';
import { failure, type Result, success } from '../result.ts';

const SOURCES_OF_A_GATEWAY: ReadonlySet<EvidenceSource> = new Set<EvidenceSource>([
  'posture-agent',
  'posture-gateway',
  'fingerprint-sensor',
  'behaviour-analyzer',
  'session-history',
  'location',
]);

export type EvidenceRefusal =
  | 'evidence-malformed'
  | 'evidence-foreign-site'
  | 'evidence-foreign-source'
  | 'evidence-from-future';

export interface EvidenceArrival {
  readonly payload: unknown;
  /** Whom the connection authenticated. */
  readonly gateway: EntityRef;
  readonly nowMs: number;
}

export function acceptEvidence({ payload, gateway, nowMs }: EvidenceArrival): Result<TrustEvidence, EvidenceRefusal> {
  const parsed = TrustEvidenceSchema.safeParse(payload);
  if (!parsed.success) return failure('evidence-malformed', 'this is no vitalgate.trust-evidence/1');
  const { subject, source, observedAt } = parsed.data;
  if (siteOf(subject.id) !== siteOf(gateway.id)) {
    return failure('evidence-foreign-site', 'a gateway speaks of its own site only');
  }
  if (!SOURCES_OF_A_GATEWAY.has(source))
    return failure('evidence-foreign-source', `a gateway cannot speak as ${source}`);
  if (Date.parse(observedAt) > nowMs + MAX_FUTURE_SKEW_MS) {
    return failure('evidence-from-future', `observed more than ${MAX_FUTURE_SKEW_MS} ms ahead`);
  }
  return success(parsed.data);
}
