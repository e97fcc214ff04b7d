/**
 * The custom resource behind the public key infrastructure: certificates over KMS keys, issued at the first deployment
 * and answered again at every later one. It always answers; deleting the resource deletes nothing.
 */
import * as z from 'zod';
import { VitalgateError } from '../../core/errors.ts';
import type { Authorities } from '../adapters/ports/authority-store.ts';
import type { DeploymentAnswer } from '../adapters/ports/deployment-answers.ts';
import type { Container } from './container.ts';
import { type DeploymentRequest, DeploymentRequestSchema, failed, succeeded } from './deployment-request.ts';
import { issueAuthorities } from './issue-authorities.ts';

const keyId = z.string().min(1).max(2048);
const PropertiesSchema = z.object({
  RootKey: keyId,
  DeviceKey: keyId,
  GatewayKey: keyId,
  ResourceKey: keyId,
  /** A common name has room for 64 characters, and an answer for four certificates. @see RFC 5280, ub-common-name */
  OrganisationName: z.string().trim().min(1).max(40).optional(),
});

/** Others deploy at the same time at most once or twice. */
const MAX_ATTEMPTS = 3;
/** Octets of randomness behind a leading one that keeps the number positive. @see CA/Browser Forum BR §7.1 */
const SERIAL_OCTETS = 15;

export function createHandler(container: Container): (event: unknown) => Promise<void> {
  return async (event) => {
    const request = DeploymentRequestSchema.parse(event);
    await container.answers.send(request.ResponseURL, await answerTo(request, container));
  };
}

async function answerTo(request: DeploymentRequest, container: Container): Promise<DeploymentAnswer> {
  // Also for a resource that never came to be: a roll-back must not fail on it.
  if (request.RequestType === 'Delete') return succeeded(request);
  try {
    const { root, device, gateway, resource } = await authorities(request, container);
    return succeeded(request, {
      RootPem: root.pem,
      DevicePem: device.pem,
      GatewayPem: gateway.pem,
      ResourcePem: resource.pem,
    });
  } catch (cause) {
    container.log.error('request-failed', cause, { request: request.RequestType });
    return failed(request, cause);
  }
}

async function authorities(request: DeploymentRequest, container: Container): Promise<Authorities> {
  const { keyOf, store, surroundings, log } = container;
  const properties = PropertiesSchema.safeParse(request.ResourceProperties);
  if (!properties.success) {
    throw new VitalgateError('ERR_RESOURCE_PROPERTIES', 'the properties of the resource are not as documented');
  }
  const { RootKey, DeviceKey, GatewayKey, ResourceKey, OrganisationName } = properties.data;
  const [root, device, gateway, resource] = await Promise.all([
    keyOf(RootKey),
    keyOf(DeviceKey),
    keyOf(GatewayKey),
    keyOf(ResourceKey),
  ]);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const held = await store.read();
    const issued = await issueAuthorities({
      held: held?.authorities,
      keys: { root, device, gateway, resource },
      organisation: OrganisationName,
      nowMs: surroundings.nowMs(),
      newSerial: () => `01${Buffer.from(surroundings.randomBytes(SERIAL_OCTETS)).toString('hex')}`,
    });
    if (held !== undefined && isSame(held.authorities, issued)) return held.authorities;
    if (await store.keep(issued, held?.version)) {
      log.info('authorities-issued', { root: issued.root.keyThumbprint });
      return issued;
    }
  }
  throw new VitalgateError('ERR_AUTHORITIES_BUSY', 'the authorities are being issued by someone else; try again');
}

const isSame = (held: Authorities, issued: Authorities): boolean =>
  (['root', 'device', 'gateway', 'resource'] as const).every((name) => held[name].pem === issued[name].pem);
