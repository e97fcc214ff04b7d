/**
 * While the control plane is away, conclusions whose time has come are drawn again here: what a device no longer confirms
 * decays. With the control plane there, that is its business.
 */

import type { LocalConclusion } from '../decision/local-conclusion.ts';
import { judgeAgain } from '../decision/local-evaluator.ts';
import { pausedSources } from './paused-sources.ts';
import type { SiteReplica } from './site-replica.ts';

const INTERVAL_MS = 10_000;

export class LocalWatch {
  readonly #replica: SiteReplica;
  readonly #onConclusion: (conclusion: LocalConclusion) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(replica: SiteReplica, onConclusion: (conclusion: LocalConclusion) => void) {
    this.#replica = replica;
    this.#onConclusion = onConclusion;
    this.#timer = setInterval(() => this.run(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Draws every conclusion that is due. */
  run(): void {
    const replica = this.#replica;
    const { view, clock } = replica;
    const nowMs = clock.nowMs();
    if (view === null || replica.freshness(nowMs) === 'fresh') return;
    const paused = pausedSources(replica, nowMs);
    for (const cloud of replica.state.subjects()) {
      const device = view.entity(cloud.ref);
      const local = replica.effective.conclusion(cloud.ref);
      const trust = local?.trust ?? cloud.trust;
      if (device?.kind !== 'device' || trust === null || Date.parse(trust.validUntil) > nowMs) continue;
      this.#onConclusion(judgeAgain({ device, cloud, local, view, nowMs, pausedSources: paused }));
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
