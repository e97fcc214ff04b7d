/** Runs the development issuer and keeps one fresh token a role in the state directory. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureMachineCertificates } from '../endpoint/machine-authority.ts';
import { localPaths } from '../paths.ts';
import { portsFrom } from '../ports.ts';
import { localSettings } from '../settings.ts';
import { clientSecret, createIssuer } from './issuer-server.ts';
import { DEFAULT_ACR, mintToken, ROLES } from './mint-token.ts';
import { ensureIssuerKey } from './signing-key.ts';

const TOKEN_TTL_SECONDS = 24 * 3600;
const REFRESH_MS = 3_600_000;

const paths = localPaths(process.env['VITALGATE_STATE_DIRECTORY']);
const ports = portsFrom(process.env);
const { issuer, audience, site } = localSettings(ports);
const key = await ensureIssuerKey(paths.issuer);

async function writeTokens(): Promise<void> {
  await mkdir(paths.tokens, { recursive: true, mode: 0o700 });
  const order = { issuer, audience, site, acr: DEFAULT_ACR, ttlSeconds: TOKEN_TTL_SECONDS };
  for (const role of ROLES) {
    const staged = join(paths.tokens, `.${role}`);
    await writeFile(staged, await mintToken(key, { ...order, role, nowMs: Date.now() }), { mode: 0o600 });
    await rename(staged, join(paths.tokens, role));
  }
}

await writeTokens();
const refresh = setInterval(() => void writeTokens(), REFRESH_MS);
const server = createIssuer({
  issuer,
  audience,
  key,
  clientSecret: clientSecret(paths.issuer),
  certificate: await ensureMachineCertificates(paths, Date.now()),
  nowMs: () => Date.now(),
});
server.listen(ports.ISSUER, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ event: 'ready', pid: process.pid, issuer })}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    clearInterval(refresh);
    server.close();
    server.closeAllConnections();
  });
