/**
 * What `vitalgate decide` decides from: a signed bundle with signed state, or authored policies with a file of entities.
 */
import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';
import { applySnapshot, SiteState, verifyAndApplyUpdate, verifyHead } from '../core/bundle/site-state.ts';
import { verifyBundle } from '../core/bundle/verify-bundle.ts';
import { BUNDLE_VALIDITY_SECONDS, NarrowedVerbsSchema } from '../core/contracts/bundle.ts';
import { EntitySchema, ProtectionSchema } from '../core/contracts/entities.ts';
import { EntityIdSchema, refKey, SiteIdSchema, timestamp } from '../core/contracts/identifiers.ts';
import {
  GENESIS_DIGEST,
  HEAD_TYP,
  STATE_SNAPSHOT_TYP,
  STATE_UPDATE_TYP,
  SubjectStateSchema,
} from '../core/contracts/site-state.ts';
import { createSiteView, type SiteView } from '../core/decision/site-view.ts';
import { validatePolicies } from '../core/policy/validate-policies.ts';
import { failure, type Result, success } from '../core/result.ts';
import { loadPolicies } from './load-policies.ts';

export interface DecisionWorld {
  readonly view: SiteView;
  /** How old the state is; not a number when nothing proves its age. */
  readonly headAgeSeconds: number;
}

/** Authored: unknown members are errors. */
const EntitiesFileSchema = z.strictObject({
  site: SiteIdSchema,
  timeZone: z.string().optional(),
  entities: z.array(EntitySchema),
  subjects: z.array(SubjectStateSchema),
  protections: z.array(ProtectionSchema).default([]),
  narrowedVerbs: z.array(NarrowedVerbsSchema).default([]),
});

/** Policies are validated as for publication; the state is taken to be as of now. */
export async function worldFromPolicies(
  policyDirectory: string,
  entitiesFile: string,
  nowMs: number,
): Promise<Result<DecisionWorld>> {
  const policies = await loadPolicies(policyDirectory);
  const { valid, issues } = validatePolicies(policies);
  if (!valid) {
    const lines = issues.map(({ policyId, line, code, message }) => `${policyId}:${line ?? 0} ${code} ${message}`);
    return failure('policy-set-invalid', lines.join('\n'));
  }
  const file = EntitiesFileSchema.safeParse(JSON.parse(await readFile(entitiesFile, 'utf8')));
  if (!file.success) return failure('entities-malformed', z.prettifyError(file.error));
  const { site, timeZone, subjects, ...content } = file.data;
  const states = new Map(subjects.map((subject) => [refKey(subject.ref), subject]));
  const view = createSiteView(
    {
      site,
      version: 1,
      expiresAt: timestamp(nowMs + BUNDLE_VALIDITY_SECONDS * 1000),
      content: { policies, ...content },
    },
    {
      site,
      position: { epoch: 1, seq: 0, digest: GENESIS_DIGEST },
      subject: (ref) => states.get(refKey(ref)),
      withdrawn: () => false,
    },
    timeZone === undefined ? {} : { timeZone },
  );
  return success({ view, headAgeSeconds: 0 });
}

export interface SignedFiles {
  readonly bundle: string;
  readonly keys: string;
  readonly state: string;
  /** Which gateway's bundle it should be; the first that it names when not given. */
  readonly gateway: string | undefined;
}

/** Everything is verified as a gateway does it. Failures are those of the bundle and of the state. */
export async function worldFromSignedFiles(files: SignedFiles, nowMs: number): Promise<Result<DecisionWorld>> {
  const keys = KeysSchema.parse(JSON.parse(await readFile(files.keys, 'utf8'))) as JSONWebKeySet;
  const token = (await readFile(files.bundle, 'utf8')).trim();
  const claimed = AddressSchema.safeParse(payloadOf(token));
  if (!claimed.success) return failure('bundle-malformed', 'not a signed bundle');
  const { site, gateways } = claimed.data;
  const gateway = files.gateway === undefined ? gateways[0] : EntityIdSchema.parse(files.gateway);
  if (gateway === undefined) return failure('bundle-wrong-site', 'the bundle is for no gateway');
  const verified = await verifyBundle({ token, keys, site, gateway, installedVersion: 0, nowMs });
  if (!verified.ok) return verified;
  const state = new SiteState(site);
  const seenAt = await takeState(state, await readFile(files.state, 'utf8'), keys);
  if (!seenAt.ok) return seenAt;
  const headAgeSeconds = Math.max(0, (nowMs - Date.parse(seenAt.value)) / 1000);
  return success({ view: createSiteView(verified.value.bundle, state), headAgeSeconds });
}

const KeysSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });
const AddressSchema = z.object({ site: SiteIdSchema, gateways: z.array(EntityIdSchema) });

/** Anything that holds compact JWSs: one a line, or as strings of a JSON document. */
const COMPACT_JWS = /[\w-]+\.[\w-]+\.[\w-]+/g;

/** Snapshots first, then updates as they come, then heads. @returns when the ledger was last seen */
async function takeState(state: SiteState, text: string, keys: JSONWebKeySet): Promise<Result<string>> {
  const tokens = Map.groupBy(text.match(COMPACT_JWS) ?? [], typeOf);
  let seenAt: string | null = null;
  for (const token of tokens.get(STATE_SNAPSHOT_TYP) ?? []) {
    const applied = await applySnapshot(state, token, keys);
    if (!applied.ok) return applied;
    seenAt = applied.value.issuedAt;
  }
  for (const token of tokens.get(STATE_UPDATE_TYP) ?? []) {
    const applied = await verifyAndApplyUpdate(state, token, keys);
    if (!applied.ok) return applied;
    seenAt = applied.value.issuedAt;
  }
  for (const token of tokens.get(HEAD_TYP) ?? []) {
    const observed = await verifyHead(state, token, keys);
    if (!observed.ok) return observed;
  }
  seenAt = state.confirmedHead?.issuedAt ?? seenAt;
  return seenAt === null ? failure('state-malformed', 'the state file holds no signed snapshot') : success(seenAt);
}

function payloadOf(token: string): unknown {
  return decodePart(token.split('.')[1] ?? '');
}

const typeOf = (token: string): unknown => {
  const header = z.object({ typ: z.string() }).safeParse(decodePart(token.split('.')[0] ?? ''));
  return header.success ? header.data.typ : undefined;
};

function decodePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return;
  }
}
