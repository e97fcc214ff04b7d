/** Carries admitted sessions: picks the protocol's proxy and the way to the other side, and meters what passes. */
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import type { HttpProxy } from '../protocols/http/http-proxy.ts';
import { dialResource } from '../protocols/tcp/dial.ts';
import { joinStreams, type PipeObserver } from '../protocols/tcp/pipe.ts';
import { type HttpSessionParts, httpSession, type OpenRequest } from './http-session.ts';
import type { LiveSession } from './live-session.ts';
import { octetStream } from './octet-stream.ts';
import type { PostureDoor } from './posture-door.ts';
import type { DeviceRoute, ResourceRoute, Route } from './route.ts';
import type { Tunnels } from './tunnels.ts';
import type { Upstreams } from './upstreams.ts';

export interface CarrierParts extends HttpSessionParts {
  readonly proxy: HttpProxy;
  readonly upstreams: Upstreams;
  readonly tunnels: Tunnels;
  readonly door: PostureDoor;
  /** A stream to a device's service, here or in another worker. Calls back with null when no one holds its tunnel. */
  readonly reach: (device: EntityId, service: string, then: (stream: Duplex | null) => void) => void;
}

export class Carrier {
  readonly #parts: CarrierParts;

  constructor(parts: CarrierParts) {
    this.#parts = parts;
  }

  carry(live: LiveSession, route: Route, socket: TLSSocket): void {
    switch (route.to) {
      case 'tunnel':
        this.#parts.tunnels.hold(live, socket);
        return;
      case 'posture-door':
        this.#parts.door.serve(live, socket);
        return;
      case 'resource':
        this.#toResource(live, route, socket);
        return;
      case 'device':
        this.#toDevice(live, route, socket);
    }
  }

  #toResource(live: LiveSession, route: ResourceRoute, socket: TLSSocket): void {
    const { upstreams, proxy } = this.#parts;
    const { agent, tls } = upstreams.of(route);
    const { host, port } = route.upstream;
    if (route.protocol === 'http') {
      const request = tls === null ? httpRequest : httpsRequest;
      const open: OpenRequest = (options) => request({ ...options, agent, host, port });
      proxy.serve(socket, httpSession(live, route.resource.category, open, this.#parts));
      return;
    }
    const resource = dialResource({ host, port }, tls, () => joinStreams(socket, resource, observer(live)));
    live.hold(resource);
    resource.once('error', () => this.#failed(live));
    resource.once('close', () => socket.destroySoon());
  }

  #toDevice(live: LiveSession, route: DeviceRoute, socket: TLSSocket): void {
    const { reach, proxy } = this.#parts;
    const device = route.object.id;
    const unreachable = (): void => {
      this.#failed(live);
      this.#parts.sessions.close(live, 'device-unreachable');
    };
    if (route.protocol === 'http') {
      const agent = new TunnelAgent((then) => reach(device, route.service, then));
      live.onEnd = () => agent.destroy();
      const open: OpenRequest = (options) => httpRequest({ ...options, agent });
      // What a device offers is judged by method: it is no FHIR server that the site has described.
      proxy.serve(socket, httpSession(live, 'device-service', open, this.#parts));
      return;
    }
    reach(device, route.service, (stream) => {
      if (stream === null) {
        unreachable();
        return;
      }
      live.hold(stream);
      stream.once('error', () => this.#failed(live));
      joinStreams(socket, stream, observer(live));
    });
  }

  #failed(live: LiveSession): void {
    if (live.ended) return;
    const { subject, object, id } = live.record;
    this.#parts.log('warn', 'upstream-failed', { sessionId: id, subject: subject.id, object: object.id });
    this.#parts.metrics.refusals.add({ code: 'upstream-failed' });
  }
}

/** Client and resource, seen from the device: see `FlowRecord`. */
export function observer(live: LiveSession): PipeObserver {
  const { meter } = live;
  const away = (bytes: number): void => meter.toPeer(bytes);
  const towards = (bytes: number): void => meter.fromPeer(bytes);
  const outbound = live.record.direction === 'outbound';
  return { toResource: outbound ? away : towards, fromResource: outbound ? towards : away };
}

/** Opens its connections through a device's tunnel. */
class TunnelAgent extends Agent {
  readonly #reach: (then: (stream: Duplex | null) => void) => void;

  constructor(reach: (then: (stream: Duplex | null) => void) => void) {
    super({ keepAlive: false });
    this.#reach = reach;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null {
    this.#reach((stream) => {
      if (stream === null) (callback as ((error: Error) => void) | undefined)?.(new Error('device-unreachable'));
      else callback?.(null, octetStream(stream));
    });
    return null;
  }
}
