/** The gateway's proof towards the API: a short ES256 token signed by the key of its certificate, which travels along. */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';

/** What the API's authorizer accepts at most. */
const TOKEN_LIFETIME_SECONDS = 60;
/** A token is used again while it has at least this long to live. */
const REUSE_MARGIN_SECONDS = 20;

export interface GatewayTokenOptions {
  readonly gateway: string;
  readonly audience: string;
  /** PEM, leaf first. */
  readonly cert: string;
  readonly key: string;
  readonly nowMs: () => number;
}

/** @returns a function that gives a token that is valid now */
export function createGatewayTokenSource(options: GatewayTokenOptions): () => Promise<string> {
  const key = createPrivateKey(options.key);
  const x5c = splitPem(options.cert).map((pem) => new X509Certificate(pem).raw.toString('base64'));
  let held: { token: string; expiresAtSeconds: number } | null = null;
  return async () => {
    const nowSeconds = Math.floor(options.nowMs() / 1000);
    if (held !== null && held.expiresAtSeconds - nowSeconds >= REUSE_MARGIN_SECONDS) return held.token;
    const expiresAtSeconds = nowSeconds + TOKEN_LIFETIME_SECONDS;
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c })
      .setIssuer(options.gateway)
      .setSubject(options.gateway)
      .setAudience(options.audience)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(expiresAtSeconds)
      .setJti(randomUUID())
      .sign(key);
    held = { token, expiresAtSeconds };
    return token;
  };
}

const splitPem = (pem: string): string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
