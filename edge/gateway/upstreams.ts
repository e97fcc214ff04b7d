/** The ways to resources: one connection pool each, made anew when the bundle changes what leads there. */
import type { Agent } from 'node:http';
import type { Bundle } from '../../core/contracts/bundle.ts';
import { createUpstreamPool } from '../protocols/http/upstream-pool.ts';
import { createUpstreamTls, type UpstreamTls } from '../protocols/upstream-tls.ts';
import type { ResourceRoute } from './route.ts';
import type { SiteReplica } from './site-replica.ts';

export interface Upstream {
  readonly agent: Agent;
  readonly tls: UpstreamTls | null;
}

export class Upstreams {
  readonly #replica: SiteReplica;
  readonly #credentials: { readonly cert: string; readonly key: string };
  #bundle: Bundle | null = null;
  #pools = new Map<string, Upstream>();

  /** @param credentials the gateway's own certificate chain and key, PEM */
  constructor(replica: SiteReplica, credentials: { readonly cert: string; readonly key: string }) {
    this.#replica = replica;
    this.#credentials = credentials;
  }

  of({ object, upstream }: ResourceRoute): Upstream {
    const { bundle } = this.#replica;
    if (bundle !== this.#bundle) {
      // Running exchanges finish on the old connections; idle ones close by their own time-out.
      this.#bundle = bundle;
      this.#pools = new Map();
    }
    const key = `${object.id} ${upstream.host}:${upstream.port} ${upstream.tls}`;
    const held = this.#pools.get(key);
    if (held !== undefined) return held;
    const tls = upstream.tls ? this.#tlsFor(object) : null;
    const made = { agent: createUpstreamPool(tls), tls };
    this.#pools.set(key, made);
    return made;
  }

  close(): void {
    for (const { agent } of this.#pools.values()) agent.destroy();
  }

  #tlsFor(resource: ResourceRoute['object']): UpstreamTls {
    const replica = this.#replica;
    return createUpstreamTls({
      resource,
      ...this.#credentials,
      anchors: replica.bundle?.content.anchors.resource ?? [],
      nowMs: () => replica.clock.nowMs(),
      isActive: (thumbprint, ref) => {
        const bearer = replica.state.bearer(thumbprint);
        return bearer?.ref.id === ref.id && bearer.ref.kind === ref.kind && bearer.certificate.status === 'active';
      },
    });
  }
}
