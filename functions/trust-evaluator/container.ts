/** Wires the trust evaluator. */
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { wireLedger } from '../adapters/ledger-wiring.ts';
import type { Surroundings } from '../adapters/ports/clock.ts';
import type { SiteLedger } from '../adapters/ports/site-ledger.ts';
import type { SiteReader } from '../adapters/ports/site-reader.ts';
import type { SiteReferenceSource } from '../adapters/ports/site-reference.ts';
import { createLog, type Log } from '../http/log.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Config } from './config.ts';

export interface Container {
  readonly sites: readonly SiteId[];
  readonly ledger: SiteLedger;
  readonly reader: SiteReader;
  readonly reference: SiteReferenceSource;
  readonly surroundings: Surroundings;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createContainer(config: Config): Container {
  const log = createLog('trust-evaluator');
  const metrics = createMetrics(() => Date.now());
  const wiring = wireLedger(config, (site, seq, cause) => {
    log.error('publish-failed', cause, { site, seq });
    metrics.count('PublishFailed');
  });
  return { ...wiring, sites: config.SITE_IDS, log, metrics };
}
