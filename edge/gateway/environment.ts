/** The circumstances of a judgement as this gateway knows them, and the request in AuthZEN's form. */
import type { AccessRequest } from '../../core/contracts/access.ts';
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import type { EnvironmentFacts, Stage } from '../../core/decision/environment-facts.ts';
import type { SiteReplica } from './site-replica.ts';

export const accessRequest = (subject: EntityRef, verb: string, object: EntityRef): AccessRequest => ({
  subject: { type: subject.kind, id: subject.id },
  action: { name: verb },
  resource: { type: object.kind, id: object.id },
});

/** The zone of a connection is the gateway's own: it serves the segment that it stands in. */
function zoneOf(replica: SiteReplica): string {
  const gateway = replica.view?.entity(replica.gatewayRef);
  return gateway?.kind === 'gateway' ? gateway.zone : '';
}

/** @param sessionStartedAtMs null for a new access */
export function environmentFacts(
  replica: SiteReplica,
  stage: Stage,
  sessionStartedAtMs: number | null,
): EnvironmentFacts {
  const nowMs = replica.clock.nowMs();
  return {
    nowMs,
    freshness: replica.freshness(nowMs),
    headAgeSeconds: replica.headAgeSeconds(nowMs),
    gateway: replica.gatewayRef,
    zone: zoneOf(replica),
    stage,
    established: sessionStartedAtMs !== null,
    sessionStartedAtMs,
    authentication: null,
    device: null,
    breakGlass: false,
  };
}
