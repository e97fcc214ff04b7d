/** Lets pass whoever proves to be a gateway with a certificate that holds, and says which one it is. */
import * as z from 'zod';
import { siteOf } from '../../core/contracts/identifiers.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { GatewayCaller } from '../http/gateway-caller.ts';
import type { Container } from './container.ts';
import { type GatewayTokenFailure, verifyGatewayToken } from './verify-gateway-token.ts';

/** HTTP API REQUEST authorizer, payload 2.0: header names in lower case. */
const AuthorizerEventSchema = z.object({
  headers: z.record(z.string(), z.string().optional()).default({}),
});

/** @see Amazon API Gateway, HTTP APIs: Lambda authorizer, simple responses */
export interface AuthorizerAnswer {
  readonly isAuthorized: boolean;
  readonly context?: GatewayCaller;
}

type Refusal = GatewayTokenFailure | 'token-missing' | 'certificate-unknown' | 'certificate-revoked';

export function createHandler(container: Container): (event: unknown) => Promise<AuthorizerAnswer> {
  const { log, metrics } = container;
  return async (event) => {
    const { headers } = AuthorizerEventSchema.parse(event);
    const caller = await callerOf(headers['authorization'], container);
    if (caller.ok) return { isAuthorized: true, context: caller.value };
    log.warn('gateway-refused', { reason: caller.code });
    metrics.count('GatewayRefused', { reason: caller.code });
    return { isAuthorized: false };
  };
}

async function callerOf(header: string | undefined, container: Container): Promise<Result<GatewayCaller, Refusal>> {
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(header ?? '') ?? [];
  if (token === undefined) return failure('token-missing', 'no bearer token');
  const { anchor, audience, directory, surroundings } = container;
  const verified = await verifyGatewayToken({ token, anchor, audience, nowMs: surroundings.nowMs() });
  if (!verified.ok) return verified;
  const { ref, thumbprint } = verified.value;
  const record = await directory.certificate(thumbprint);
  if (record?.ref.id !== ref.id || record.ref.kind !== ref.kind) {
    return failure('certificate-unknown', 'the certificate is not in the directory');
  }
  if (record.status !== 'active') return failure('certificate-revoked', 'the certificate was revoked');
  return success({ site: siteOf(ref.id), gateway: ref.id, thumbprint });
}
