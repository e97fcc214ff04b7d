/** What the primary and its workers say to each other. Both ends are this same program: shapes are checked by types. */
import type { TrustedClockRecord } from '../../core/bundle/trusted-clock.ts';
import type { EntityId } from '../../core/contracts/identifiers.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import type { BoundAddress } from './listener.ts';
import type { MetricFamily } from './metrics.ts';
import type { SiteDocument } from './site-document.ts';

export type ToWorker =
  | {
      readonly type: 'start';
      readonly configFile: string;
      readonly worker: number;
      readonly clock: TrustedClockRecord;
      readonly documents: readonly SiteDocument[];
      readonly conclusions: readonly LocalConclusion[];
      readonly tunnels: readonly (readonly [EntityId, number])[];
    }
  | {
      readonly type: 'document';
      readonly id: number;
      readonly document: SiteDocument;
      readonly arrivedMs: number | null;
    }
  | {
      readonly type: 'conclusion';
      readonly id: number;
      readonly conclusion: LocalConclusion;
      readonly arrivedMs: number | null;
    }
  /** Answers a worker's own `conclusion`. */
  | { readonly type: 'spread'; readonly id: number }
  | { readonly type: 'tunnel'; readonly device: EntityId; readonly worker: number; readonly open: boolean }
  | { readonly type: 'metrics'; readonly id: number }
  | { readonly type: 'drain'; readonly deadlineMs: number };

export type FromWorker =
  | { readonly type: 'ready'; readonly listeners: readonly BoundAddress[]; readonly processName: string }
  | { readonly type: 'done'; readonly id: number; readonly families?: readonly MetricFamily[] }
  | {
      readonly type: 'conclusion';
      readonly id: number;
      readonly conclusion: LocalConclusion;
      readonly arrivedMs: number;
    }
  | { readonly type: 'tunnel'; readonly device: EntityId; readonly open: boolean };
