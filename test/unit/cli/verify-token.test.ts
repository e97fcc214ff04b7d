import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command as jws } from '../../../cli/verify-jws.ts';
import { command as jwt } from '../../../cli/verify-jwt.ts';
import { signCompact } from '../../../core/signing/jws.ts';
import { commandContext, testDirectory } from '../../fixtures/command-context.ts';
import { createTestSigner, TEST_NOW_MS } from '../../fixtures/pki.ts';

const directory = testDirectory();
const signer = createTestSigner('key-1');
const claims = { iss: 'https://issuer', aud: 'vitalgate', exp: TEST_NOW_MS / 1000 + 60 };
let jwks: string;
let token: string;
beforeAll(async () => {
  jwks = directory.write('jwks.json', JSON.stringify(signer.jwks));
  token = await signCompact(claims, 'at+jwt', signer);
});
afterAll(() => rmSync(directory.path, { recursive: true }));

describe('vitalgate verify jws', () => {
  const run = (stdin: string, values: object = {}, positionals: readonly string[] = []) =>
    jws.run(commandContext({ jwks, ...values }, positionals, { stdin }));

  it('shows the payload of a valid token, given as text, as a line or as an argument', async () => {
    const expected = {
      exitCode: 0,
      document: { schema: 'vitalgate.jws-verdict/1', valid: true, code: 'jws-valid', payload: claims },
    };
    expect(await run(`${token}\n`)).toEqual(expected);
    expect(await run(`${JSON.stringify({ token })}\n`)).toEqual(expected);
    expect(await run('', {}, [token])).toEqual(expected);
  });

  it('shows no payload of a token that it refuses', async () => {
    const refused = (code: string) => ({ exitCode: 1, document: { valid: false, code, payload: null } });
    expect(await run(`${token}=`)).toMatchObject(refused('jws-malformed'));
    expect(await run(token, { alg: 'RS256' })).toMatchObject(refused('jws-algorithm'));
    expect(await run(token, { typ: 'jwt' })).toMatchObject(refused('jws-type'));
    const other = directory.write('other.json', JSON.stringify(createTestSigner('key-2').jwks));
    expect(await run(token, { jwks: other })).toMatchObject(refused('jws-unknown-key'));
  });

  it('judges batch lines and refuses lines without a token', async () => {
    const context = commandContext({ jwks });
    expect(await jws.runLine?.({ id: 1, token }, context)).toMatchObject({ exitCode: 0 });
    expect(await jws.runLine?.({ id: 2 }, context)).toMatchObject({
      exitCode: 2,
      document: { code: 'ERR_LINE_MALFORMED' },
    });
  });

  it('takes one token at a time without --batch', async () => {
    expect(await run(`${token}\n${token}\n`)).toMatchObject({ exitCode: 2, document: { code: 'ERR_TOKEN_MISSING' } });
    expect(await run('')).toMatchObject({ exitCode: 2 });
    expect(await run('{broken')).toMatchObject({ exitCode: 2, document: { code: 'ERR_LINE_MALFORMED' } });
  });
});

describe('vitalgate verify jwt', () => {
  const run = (values: object = {}, nowMs = TEST_NOW_MS) =>
    jwt.run(commandContext({ jwks, ...values }, [token], { nowMs }));

  it('judges issuer, audience, type and time', async () => {
    const demanded = { iss: 'https://issuer', aud: 'vitalgate', typ: 'at+jwt', alg: 'ES256' };
    expect(await run(demanded)).toMatchObject({ exitCode: 0, document: { code: 'jwt-valid', payload: claims } });
    expect(await run({ iss: 'https://other' })).toMatchObject({ exitCode: 1, document: { code: 'jwt-issuer' } });
    expect(await run({ aud: 'other' })).toMatchObject({ exitCode: 1, document: { code: 'jwt-audience' } });
    expect(await run({}, TEST_NOW_MS + 60_000)).toMatchObject({ exitCode: 1, document: { code: 'jwt-expired' } });
    expect(await run({ jwks: undefined })).toMatchObject({ exitCode: 2 });
  });
});
