/** Where a connection wants to go, from what it said before a byte of application data: the listener, SNI and ALPN. */
import type { Protocol, Resource } from '../../core/contracts/entities.ts';
import type { EntityRef } from '../../core/contracts/identifiers.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { ListenerConfig, UpstreamAddress } from '../config.ts';
import { gatewayAlias } from '../decision/gateway-alias.ts';
import type { SiteReplica } from './site-replica.ts';

/** Agreed with the agent: it offers this to hold its tunnel, whatever SNI it sends. */
export const TUNNEL_ALPN = 'vitalgate-tunnel/1';
export const HTTP_ALPN = 'http/1.1';

export interface ResourceRoute {
  readonly to: 'resource';
  readonly object: EntityRef;
  readonly resource: Resource;
  readonly protocol: Protocol;
  readonly upstream: UpstreamAddress;
}
export interface DeviceRoute {
  readonly to: 'device';
  readonly object: EntityRef;
  readonly service: string;
  readonly protocol: Protocol;
}
export interface DoorRoute {
  readonly to: 'tunnel' | 'posture-door';
  readonly object: EntityRef;
}
export type Route = ResourceRoute | DeviceRoute | DoorRoute;

export type RouteRefusal =
  | 'bundle-missing'
  | 'alias-missing'
  | 'alias-unknown'
  | 'protocol-mismatch'
  | 'protocol-unsupported';

/** Protocols whose verbs this gateway reads. What it cannot read it does not carry. */
const ENFORCED: ReadonlySet<Protocol> = new Set<Protocol>(['http', 'tcp']);

export interface Arrival {
  readonly listener: ListenerConfig;
  readonly serverName: string | null;
  readonly alpn: string | null;
}

export function routeOf(arrival: Arrival, replica: SiteReplica): Result<Route, RouteRefusal> {
  const { listener, serverName, alpn } = arrival;
  const { view, gatewayRef } = replica;
  if (view === null) return failure('bundle-missing', 'no bundle is in force');
  if (alpn === TUNNEL_ALPN) return success({ to: 'tunnel', object: gatewayRef });
  if (serverName === gatewayAlias(gatewayRef.id)) return success({ to: 'posture-door', object: gatewayRef });
  if (listener.resource !== undefined) {
    const bound = view.entity({ kind: 'resource', id: listener.resource });
    if (bound?.kind !== 'resource') return failure('alias-unknown', 'the resource of this listener is not known');
    return toResource(bound, listener);
  }
  if (serverName === null) return failure('alias-missing', 'no SNI, and the listener is bound to no resource');
  const target = view.byAlias(serverName);
  if (target === undefined) return failure('alias-unknown', 'nothing has this alias');
  if (target.entity.kind === 'resource') return toResource(target.entity, listener);
  const { entity, service } = target;
  if (service === undefined) return failure('alias-unknown', 'nothing has this alias');
  const refusal = protocolRefusal(service.protocol, listener);
  if (refusal !== null) return refusal;
  const object: EntityRef = { kind: 'device', id: entity.id };
  return success({ to: 'device', object, service: service.name, protocol: service.protocol });
}

function toResource(resource: Resource, listener: ListenerConfig): Result<Route, RouteRefusal> {
  const { protocol } = resource;
  const refusal = protocolRefusal(protocol, listener);
  if (refusal !== null) return refusal;
  const object: EntityRef = { kind: 'resource', id: resource.id };
  const upstream = listener.upstream ?? resource.upstream;
  return success({ to: 'resource', object, resource, protocol, upstream });
}

function protocolRefusal(protocol: Protocol, listener: ListenerConfig): Result<never, RouteRefusal> | null {
  if (!ENFORCED.has(protocol)) return failure('protocol-unsupported', 'the verbs of this protocol are not read here');
  if (listener.protocol !== 'tls' && listener.protocol !== protocol)
    return failure('protocol-mismatch', 'the listener is for another protocol');
  return null;
}
