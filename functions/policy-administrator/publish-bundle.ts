/**
 * Compiles, validates, seals and announces the bundle of a site, when there is something new in it or the one in force
 * grows old. What was compiled from older content than the ledger's is never announced.
 */
import { sealBundle } from '../../core/bundle/seal-bundle.ts';
import type { SiteId } from '../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../core/errors.ts';
import { compileBundle } from '../../core/ledger/compile-bundle.ts';
import { intent, type LedgerIntent } from '../../core/ledger/ledger-intent.ts';
import { cloudWriter, type LedgerRecord } from '../../core/ledger/ledger-record.ts';
import { validatePolicies } from '../../core/policy/validate-policies.ts';
import type { Container } from './container.ts';

/** A third of what a bundle is valid: two may fail before gateways notice. */
const REFRESH_AFTER_MS = 24 * 3600 * 1000;
const MAX_ATTEMPTS = 6;
const LONGEST_WAIT_MS = 400;

export type Publication = 'published' | 'current' | 'empty' | 'refused';

export async function publishBundle(site: SiteId, container: Container): Promise<Publication> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const ledger = await container.ledger.read(site);
    const reason = upToDate(ledger, container.surroundings.nowMs());
    if (reason !== undefined) return reason;
    const done = await publishFrom(site, ledger, container);
    if (done !== undefined) return done;
    const [part = 0] = container.surroundings.randomBytes(1);
    await container.surroundings.sleep((LONGEST_WAIT_MS * part) / 255);
  }
  throw new VitalgateError('ERR_CONTENT_UNSETTLED', 'the content of the site keeps changing; try again');
}

function upToDate(ledger: LedgerRecord, nowMs: number): 'empty' | 'current' | undefined {
  if (ledger.contentRevision === 0) return 'empty';
  const { bundledAt, bundledRevision, contentRevision } = ledger;
  const young = bundledAt !== null && nowMs < Date.parse(bundledAt) + REFRESH_AFTER_MS;
  return young && bundledRevision === contentRevision ? 'current' : undefined;
}

/** @returns undefined when another change came in between */
async function publishFrom(
  site: SiteId,
  ledger: LedgerRecord,
  container: Container,
): Promise<'published' | 'refused' | undefined> {
  const { content: store, shipped, anchors, surroundings, log } = container;
  const [entities, items] = await Promise.all([store.entities(site), store.policyItems(site)]);
  const nowMs = surroundings.nowMs();
  const content = compileBundle({ entities, items }, { shipped, anchors, nowMs });
  const verdict = validatePolicies(content.policies);
  if (!verdict.valid) {
    const [first] = verdict.issues;
    log.warn('policy-refused', { site, policy: first?.policyId, reason: first?.code, issues: verdict.issues.length });
    return 'refused';
  }
  const version = ledger.bundleVersion + 1;
  const { token, digest } = await sealBundle(content, {
    site,
    gateways: entities.filter(({ kind }) => kind === 'gateway').map(({ id }) => id),
    version,
    nowMs,
    signer: await container.signer(),
  });
  const objectKey = await container.bundles.put(site, version, digest, token);
  const announcement = announce(ledger, { version, digest, objectKey });
  const committed = await container.ledger.commit(site, [announcement], ledger);
  if (!committed.ok) return undefined;
  log.info('policy-published', { site, version, policies: content.policies.length, entities: entities.length });
  return 'published';
}

function announce(
  { site, contentRevision }: LedgerRecord,
  { version, digest, objectKey }: { readonly version: number; readonly digest: string; readonly objectKey: string },
): LedgerIntent {
  return intent('bundle-published', {
    changes: [{ op: 'announce-bundle', version, digest }],
    audit: [
      {
        event: 'bundle-published',
        outcome: 'success',
        reasons: [],
        details: { writer: cloudWriter(site), version, digest },
      },
    ],
    writes: [{ write: 'put-bundle', version, digest, objectKey }],
    events: [{ type: 'policy.published', detail: { site, version, digest } }],
    bundle: { version, digest, contentRevision },
  });
}
