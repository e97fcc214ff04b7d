/**
 * Keeps this gateway's knowledge of its site: restores it at start, takes every signed document that arrives, has it
 * carried out by all processes, writes it down, and only then calls it applied. One keeper a gateway.
 */
import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';
import { InvalidInputError } from '../../core/errors.ts';
import type { GatewayConfig } from '../config.ts';
import type { LocalConclusion } from '../decision/local-conclusion.ts';
import type { SiteMetrics } from './gateway-metrics.ts';
import { faultFields, type Log } from './logger.ts';
import { documentKind, type SiteDocument, tokensOf } from './site-document.ts';
import type { SiteReplica, Taken } from './site-replica.ts';
import { readText, type SiteStore } from './site-store.ts';

export interface KeeperParts {
  readonly config: Pick<GatewayConfig, 'bundle' | 'state'>;
  readonly replica: SiteReplica;
  readonly store: SiteStore;
  readonly metrics: SiteMetrics;
  readonly log: Log;
  /** Has other processes carry a document out; resolves when each has. */
  readonly distribute: (document: SiteDocument, arrivedMs: number | null) => Promise<void>;
}

/** Codes that say: this is known already. */
const KNOWN: ReadonlySet<string> = new Set(['state-replayed', 'head-replayed', 'bundle-in-force']);

export class SiteKeeper {
  readonly #parts: KeeperParts;
  /** What a process that starts later needs, to stand where the others stand. */
  #history: string[] = [];
  #headToken: string | null = null;
  #bundleToken: string | null = null;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Updates since the snapshot that they extend. */
  get updatesKept(): number {
    return this.#history.length;
  }

  /** Documents that rebuild the present state elsewhere, in order; the bundle first, so that judging can begin. */
  present(): SiteDocument[] {
    const of = (kind: SiteDocument['kind'], token: string | null): SiteDocument[] =>
      token === null ? [] : [{ kind, token, live: false }];
    const history = this.#history.flatMap((token): SiteDocument[] => {
      const kind = documentKind(token);
      return kind === null ? [] : [{ kind, token, live: false }];
    });
    return [...of('bundle', this.#bundleToken), ...history, ...of('head', this.#headToken)];
  }

  /**
   * Takes the configured files and what an earlier run left, whichever is newer of each.
   * @returns codes of what was refused; empty when all was good
   */
  async restore(): Promise<string[]> {
    const { config, store, replica } = this.#parts;
    const refusals: string[] = [];
    const note = (origin: string, { ok, code }: Taken): void => {
      if (ok || KNOWN.has(code)) return;
      refusals.push(code);
      this.#parts.log('error', 'restored-record-refused', { origin, reason: code });
    };
    for (const token of [await store.bundle(), await readText(config.bundle)]) {
      if (token === null) continue;
      const taken = await replica.takeBundle(token.trim(), null, true);
      if (taken.ok) this.#bundleToken = token.trim();
      note('bundle', taken);
    }
    const configured = tokensOf((await readText(config.state)) ?? '');
    const kept = [...(await store.history()), await store.head()].filter((token) => token !== null);
    for (const token of [...configured, ...kept]) note('state', await this.#takeRestored(token));
    for (const conclusion of await store.conclusions()) replica.effective.conclude(conclusion);
    await this.#rewrite();
    return refusals;
  }

  /** Resolves when every process has carried it out and it is on the disk. */
  async take(document: SiteDocument, arrivedMs: number | null): Promise<Taken> {
    const { replica, log, metrics, distribute } = this.#parts;
    const taken = await replica.take(document, arrivedMs);
    const { kind, token } = document;
    metrics.documents.add({ kind, code: taken.code });
    if (!taken.ok) {
      if (!KNOWN.has(taken.code)) log('error', refusedCode(kind), { reason: taken.code, kind });
      return taken;
    }
    const spread = distribute(document, arrivedMs);
    await Promise.all([spread, this.#keep(kind, token)]);
    const { seq, epoch } = replica.state.position;
    if (kind === 'bundle') log('info', 'bundle-installed', { version: replica.bundleVersion });
    else if (kind === 'snapshot') log('info', 'state-resynchronised', { epoch, seq });
    else if (kind === 'update') log('info', 'state-applied', { epoch, seq });
    return taken;
  }

  /** A token of any kind, as it came in by whatever door. */
  async takeToken(token: string, arrivedMs: number | null, live: boolean): Promise<Taken> {
    const kind = documentKind(token);
    return kind === null ? { ok: false, code: 'document-unknown' } : this.take({ kind, token, live }, arrivedMs);
  }

  /** Reads the configured files again: how a site without the control plane gets news. */
  async reload(): Promise<void> {
    const { config } = this.#parts;
    const bundle = await readText(config.bundle);
    const tokens = [...(bundle === null ? [] : [bundle.trim()]), ...tokensOf((await readText(config.state)) ?? '')];
    for (const token of tokens) await this.takeToken(token, null, false);
  }

  keepConclusions(): Promise<void> {
    const conclusions: LocalConclusion[] = [...this.#parts.replica.effective.conclusions()];
    return this.#parts.store.putConclusions(conclusions).catch((cause: unknown) => this.#storeFailed(cause));
  }

  keepClock(): Promise<void> {
    const record = this.#parts.replica.clock.record();
    return this.#parts.store.putClock(record).catch((cause: unknown) => this.#storeFailed(cause));
  }

  async #takeRestored(token: string): Promise<Taken> {
    const kind = documentKind(token);
    if (kind === null || kind === 'bundle') return { ok: false, code: 'state-malformed' };
    const taken = await this.#parts.replica.take({ kind, token, live: false }, null);
    if (taken.ok) this.#remember(kind, token);
    return taken;
  }

  #remember(kind: SiteDocument['kind'], token: string): void {
    if (kind === 'bundle') this.#bundleToken = token;
    else if (kind === 'head') this.#headToken = token;
    else if (kind === 'snapshot') this.#history = [token];
    else this.#history.push(token);
  }

  async #keep(kind: SiteDocument['kind'], token: string): Promise<void> {
    const { store } = this.#parts;
    this.#remember(kind, token);
    const writes: Record<SiteDocument['kind'], () => Promise<void>> = {
      update: () => store.appendUpdate(token),
      snapshot: () => store.putSnapshot(token),
      head: () => store.putHead(token),
      bundle: () => store.putBundle(token),
    };
    await writes[kind]().catch((cause: unknown) => this.#storeFailed(cause));
    if (kind === 'head' || kind === 'bundle') await this.keepClock();
  }

  /** After restoring: what is in force, and nothing else, is what a next run finds. */
  async #rewrite(): Promise<void> {
    const { store } = this.#parts;
    const [snapshot, ...updates] = this.#history;
    if (snapshot !== undefined) await store.putSnapshot([snapshot, ...updates].join('\n'));
    if (this.#headToken !== null) await store.putHead(this.#headToken);
    if (this.#bundleToken !== null) await store.putBundle(this.#bundleToken);
    await this.keepClock();
  }

  /** It is in force; what is lost is only that a restart without the cloud would know it. */
  #storeFailed(cause: unknown): void {
    this.#parts.log('error', 'spool-failed', { topic: 'site', ...faultFields(cause) });
  }
}

const refusedCode = (kind: SiteDocument['kind']) =>
  kind === 'bundle' ? 'bundle-refused' : kind === 'head' ? 'head-refused' : 'state-refused';

/** @throws InvalidInputError `ERR_KEYS_UNREADABLE` */
export async function readKeys(path: string): Promise<JSONWebKeySet> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    const { keys } = parsed as { keys?: unknown };
    if (Array.isArray(keys)) return { keys };
  } catch (cause) {
    throw new InvalidInputError('ERR_KEYS_UNREADABLE', 'the key file cannot be read as a JWKS', { cause });
  }
  throw new InvalidInputError('ERR_KEYS_UNREADABLE', 'the key file has no list of keys');
}
