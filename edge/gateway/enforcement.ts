/** Enforcement in this very process or in workers: the same to whoever keeps the site. */
import type { EntityId } from '../../core/contracts/identifiers.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import type { Outbox } from '../spool/outbox.ts';
import { Enforcer } from './enforcer.ts';
import type { GatewayOptions } from './gateway-process.ts';
import type { BoundAddress } from './listener.ts';
import type { MetricFamily } from './metrics.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { SiteDocument } from './site-document.ts';
import type { SiteKeeper } from './site-keeper.ts';
import type { SiteReplica } from './site-replica.ts';
import { WorkerPool } from './worker-pool.ts';

export interface EnforcementParts extends GatewayOptions {
  readonly identity: ProcessIdentity;
  readonly replica: SiteReplica;
  readonly keeper: SiteKeeper;
  readonly spread: (conclusion: LocalConclusion, arrivedMs: number | null, from: number | null) => Promise<void>;
  readonly reclaim: () => Promise<void>;
}

export interface Enforcement {
  /** Of this process, when it has one for its own sessions. */
  readonly outbox: Outbox | null;
  listen(): Promise<readonly BoundAddress[]>;
  /** Resolves when every other process has carried it out. */
  document(document: SiteDocument, arrivedMs: number | null): Promise<void>;
  /** @param from the worker that has it already, or null */
  conclusion(conclusion: LocalConclusion, arrivedMs: number | null, from: number | null): Promise<void>;
  families(): Promise<(readonly MetricFamily[])[]>;
  counts(): Promise<{ readonly sessions: number; readonly tunnels: number }>;
  /** Of the spool files that are being written now. */
  processNames(): readonly string[];
  close(deadlineMs: number): Promise<void>;
}

/** What the keeper's replica takes has its effect in the same turn: there is nobody else to tell. */
export async function enforceHere(parts: EnforcementParts): Promise<Enforcement> {
  const { config, identity, replica, log, spread, reclaim } = parts;
  const enforcer = await Enforcer.open({
    config,
    identity,
    replica,
    log,
    spread: (conclusion, arrivedMs) => spread(conclusion, arrivedMs, null),
    onTunnel: () => undefined,
    reachElsewhere: (_device: EntityId, _service, then) => then(null),
    reclaim,
  });
  return {
    outbox: enforcer.outbox,
    listen: () => enforcer.listen(),
    document: () => Promise.resolve(),
    conclusion: () => Promise.resolve(),
    families: () => Promise.resolve([enforcer.metrics.families()]),
    counts: () => Promise.resolve({ sessions: enforcer.sessions.size, tunnels: enforcer.tunnels.size }),
    processNames: () => [],
    close: (deadlineMs) => enforcer.close(deadlineMs),
  };
}

export async function enforceInWorkers(parts: EnforcementParts): Promise<Enforcement> {
  const { config, configFile, replica, keeper, log, spread } = parts;
  const pool = new WorkerPool({
    log,
    startMessage: () => ({
      configFile,
      clock: replica.clock.record(),
      documents: keeper.present(),
      conclusions: [...replica.effective.conclusions()],
    }),
    onConclusion: (conclusion, arrivedMs, from) => {
      replica.conclude(conclusion, arrivedMs);
      return spread(conclusion, arrivedMs, from);
    },
  });
  return {
    outbox: null,
    listen: () => pool.start(config.workers),
    document: (document, arrivedMs) => pool.document(document, arrivedMs),
    conclusion: (conclusion, arrivedMs, from) => pool.conclusion(conclusion, arrivedMs, from),
    families: () => pool.metrics(),
    counts: async () => countsOf(await pool.metrics()),
    processNames: () => pool.processNames,
    close: (deadlineMs) => pool.drain(deadlineMs),
  };
}

function countsOf(sets: readonly (readonly MetricFamily[])[]): { sessions: number; tunnels: number } {
  const total = (name: string): number =>
    sets
      .flat()
      .filter((family) => family.name === name)
      .reduce((sum, { samples }) => sum + (samples[0]?.value ?? 0), 0);
  return { sessions: total('vitalgate_sessions'), tunnels: total('vitalgate_tunnels') };
}
