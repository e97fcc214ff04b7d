/** The development issuer's RS256 key: made once, kept in the state directory, readable by its owner alone. */
import type { webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type JWK } from 'jose';

export const SIGNING_ALGORITHM = 'RS256';
const MODULUS_BITS = 2048;

export interface IssuerKey {
  readonly privateKey: webcrypto.CryptoKey;
  /** With `kid`, `alg` and `use`. */
  readonly publicJwk: JWK;
}

/** @param directory of the issuer, `.local/issuer` */
export async function ensureIssuerKey(directory: string): Promise<IssuerKey> {
  const file = join(directory, 'key.pem');
  if (!existsSync(file)) {
    await mkdir(directory, { recursive: true });
    const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { modulusLength: MODULUS_BITS, extractable: true });
    const staged = `${file}.${process.pid}`;
    await writeFile(staged, await exportPKCS8(privateKey), { mode: 0o600 });
    await rename(staged, file);
  }
  const privateKey = await importPKCS8(await readFile(file, 'utf8'), SIGNING_ALGORITHM, { extractable: true });
  const { kty, n, e } = await exportJWK(privateKey);
  if (kty === undefined || n === undefined || e === undefined) throw new Error(`${file} holds no RSA key`);
  const kid = await calculateJwkThumbprint({ kty, n, e });
  return { privateKey, publicJwk: { kty, n, e, kid, alg: SIGNING_ALGORITHM, use: 'sig' } };
}
