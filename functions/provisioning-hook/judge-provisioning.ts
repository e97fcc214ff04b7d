/** Whether a device may be provisioned: it is registered, and shows a claim that was given for it and for nothing else. */
import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { EntityIdSchema, SiteIdSchema, siteOf, timestamp } from '../../core/contracts/identifiers.ts';
import { type ClaimFailure, claimDigest, isClaim, judgeClaim } from '../../core/identity/claim.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { sha256Hex } from '../../core/signing/digest.ts';
import type { Container } from './container.ts';

/** @see AWS IoT Core, pre-provisioning hooks */
const HookEventSchema = z.object({
  certificatePem: z.string().max(16 * 1024),
  parameters: z.object({
    ThingName: EntityIdSchema,
    Site: SiteIdSchema,
    Claim: z.string().refine(isClaim),
  }),
});

export type ProvisioningRefusal =
  | ClaimFailure
  | 'provisioning-malformed'
  | 'provisioning-foreign-device'
  | 'device-unregistered';

/**
 * Spends the claim on the certificate that is to be provisioned. The same certificate may ask again.
 *
 * - `provisioning-malformed`: a parameter is missing, or the certificate cannot be read
 * - `provisioning-foreign-device`: the claim was given for another device
 * - `device-unregistered`: the device has left the registry since
 */
export async function judgeProvisioning(
  event: unknown,
  { claims, entities, surroundings }: Omit<Container, 'log'>,
): Promise<Result<null, ProvisioningRefusal>> {
  const parsed = HookEventSchema.safeParse(event);
  const thumbprint = parsed.success ? thumbprintOf(parsed.data.certificatePem) : undefined;
  if (!parsed.success || thumbprint === undefined) {
    return failure('provisioning-malformed', 'give ThingName, Site and Claim');
  }
  const { ThingName, Site, Claim } = parsed.data.parameters;
  const digest = claimDigest(Claim);
  const nowMs = surroundings.nowMs();
  const judge = async () => judgeClaim((await claims.find(digest))?.record, digest, nowMs, thumbprint);
  const judged = await judge();
  if (!judged.ok) return judged;
  const { subject } = judged.value.record;
  if (subject.kind !== 'device' || subject.id !== ThingName || siteOf(ThingName) !== Site) {
    return failure('provisioning-foreign-device', 'the claim is for another device');
  }
  if ((await entities.entity(subject)) === undefined) {
    return failure('device-unregistered', 'the device is not registered');
  }
  if (judged.value.repeated) return success(null);
  if (await claims.reserve(digest, { requestDigest: thumbprint, at: timestamp(nowMs) })) return success(null);
  // Someone was faster: the same certificate, asking twice, or another one.
  const again = await judge();
  return again.ok ? success(null) : again;
}

function thumbprintOf(pem: string): string | undefined {
  try {
    return sha256Hex(new X509Certificate(pem).raw);
  } catch {
    return undefined;
  }
}
