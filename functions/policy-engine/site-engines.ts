/**
 * One decider a site, over the bundle that the ledger names and the state at the ledger's position. Kept while the
 * function is warm; a new bundle or a state read anew makes a new one.
 */
import type { JSONWebKeySet } from 'jose';
import { BUNDLE_TYP, type Bundle, BundleSchema } from '../../core/contracts/bundle.ts';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { createDecider, type Decider } from '../../core/decision/decider.ts';
import { createSiteView, type SiteView } from '../../core/decision/site-view.ts';
import { VitalgateError } from '../../core/errors.ts';
import type { LedgerRecord } from '../../core/ledger/ledger-record.ts';
import type { LedgerView } from '../../core/ledger/ledger-view.ts';
import { openDocument } from '../../core/signing/open-document.ts';
import type { Container } from './container.ts';

export interface SiteEngine {
  readonly view: SiteView;
  readonly decider: Decider;
}

interface HeldEngine extends SiteEngine {
  readonly bundle: Bundle;
  readonly bundleDigest: string;
  readonly state: LedgerView;
}

export class SiteEngines {
  readonly #parts: Pick<Container, 'state' | 'bundles' | 'keys'>;
  readonly #held = new Map<SiteId, HeldEngine>();

  constructor(parts: Pick<Container, 'state' | 'bundles' | 'keys'>) {
    this.#parts = parts;
  }

  /** @returns undefined for a site that nothing has been published for */
  async at(site: SiteId): Promise<SiteEngine | undefined> {
    const { ledger, view: state } = await this.#parts.state.current(site);
    if (ledger.bundleVersion === 0) return undefined;
    const held = this.#held.get(site);
    const sameBundle = held?.bundleDigest === ledger.bundleDigest;
    if (held !== undefined && sameBundle && held.state === state) return held;
    const bundle = held !== undefined && sameBundle ? held.bundle : await this.#fetch(site, ledger);
    const view = createSiteView(bundle, state);
    const engine = { bundle, bundleDigest: ledger.bundleDigest, state, view, decider: createDecider(view) };
    held?.decider.close();
    this.#held.set(site, engine);
    return engine;
  }

  async #fetch(site: SiteId, { bundleVersion, bundleDigest }: LedgerRecord): Promise<Bundle> {
    const [token, keys] = await Promise.all([
      this.#parts.bundles.get(site, bundleVersion, bundleDigest),
      this.#parts.keys(),
    ]);
    if (token === undefined) throw new VitalgateError('ERR_BUNDLE_MISSING', 'the bundle in force cannot be found');
    return openBundle(token, keys, bundleDigest);
  }
}

/** Signed by us and exactly the one that the ledger names; when it ends, the decider knows. */
function openBundle(token: string, keys: JSONWebKeySet, digest: string): Bundle {
  const opened = openDocument(token, keys, BUNDLE_TYP, BundleSchema);
  if (!opened.ok || opened.value.digest !== digest) {
    throw new VitalgateError('ERR_BUNDLE_UNTRUSTED', 'the stored bundle is not the one that was published');
  }
  return opened.value.document;
}
