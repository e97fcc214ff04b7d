/** The stored identity, or a new one for the claim that the installer left: half of one is never run with. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidInputError, VitalgateError } from '../../../core/errors.ts';
import type { Backoff } from '../backoff.ts';
import type { AgentConfig } from '../config.ts';
import { type AgentLog, faultOf } from '../log.ts';
import { enrol } from './enrol.ts';
import { type AgentIdentity, isEnrolled, loadIdentity } from './stored-identity.ts';

export interface ObtainOptions {
  readonly config: Pick<AgentConfig, 'subject' | 'stateDirectory' | 'enrolment'>;
  readonly nowMs: () => number;
  readonly backoff: Backoff;
  readonly log: AgentLog;
  readonly signal: AbortSignal;
}

/**
 * Tries again for as long as the control plane cannot be reached; what it refuses is final.
 * @throws VitalgateError `ERR_AGENT_NOT_ENROLLED`, `ERR_CLAIM_UNREADABLE`, and what enrolment and loading throw
 */
export async function obtainIdentity(options: ObtainOptions): Promise<AgentIdentity> {
  const { config, nowMs, log } = options;
  const { stateDirectory, subject, enrolment } = config;
  if (isEnrolled(stateDirectory)) return loadIdentity(stateDirectory, subject, nowMs());
  if (enrolment === undefined || !existsSync(enrolment.claimFile))
    throw new InvalidInputError('ERR_AGENT_NOT_ENROLLED', 'there is no identity, and no claim to enrol with');
  const claim = (await readText(enrolment.claimFile, 'ERR_CLAIM_UNREADABLE')).trim();
  const ca = enrolment.ca === undefined ? undefined : await readText(enrolment.ca, 'ERR_CONFIG_UNREADABLE');
  const identity = await enrolPatiently({ ...options, api: enrolment.api, ca, claim });
  await rm(enrolment.claimFile, { force: true });
  log('info', 'enrolled', { subject: subject.id, notAfter: identity.leaf.validToDate.toISOString() });
  return identity;
}

const TRANSIENT: ReadonlySet<string> = new Set(['ERR_HTTPS_UNREACHABLE', 'ERR_ENROLMENT_UNAVAILABLE']);

interface Attempt extends ObtainOptions {
  readonly api: string;
  readonly ca: string | undefined;
  readonly claim: string;
}

async function enrolPatiently({ config, api, ca, claim, ...rest }: Attempt): Promise<AgentIdentity> {
  const { subject, stateDirectory } = config;
  const { nowMs, backoff, log, signal } = rest;
  for (;;) {
    try {
      return await enrol({ subject, stateDirectory, api, ca, claim, nowMs, signal });
    } catch (cause) {
      if (!(cause instanceof VitalgateError) || !TRANSIENT.has(cause.code)) throw cause;
      signal.throwIfAborted();
      log('warn', 'enrolment-delayed', faultOf(cause));
      await pause(backoff.next(), undefined, { signal });
    }
  }
}

async function readText(path: string, code: `ERR_${string}`): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InvalidInputError(code, `${path} cannot be read`, { cause });
  }
}
