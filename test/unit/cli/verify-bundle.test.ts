import { rmSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../../cli/verify-bundle.ts';
import { MAX_BUNDLE_BYTES } from '../../../core/contracts/bundle.ts';
import { commandContext, testDirectory } from '../../fixtures/command-context.ts';
import { DAY_MS, TEST_NOW_MS } from '../../fixtures/pki.ts';
import { createTestSite, type TestSite } from '../../fixtures/site.ts';

const directory = testDirectory();
let site: TestSite;
let file: string;
let options: object;
beforeAll(async () => {
  site = await createTestSite();
  file = directory.write('bundle.jws', `${site.sealed.token}\n`);
  const root = directory.write('root.json', JSON.stringify({ schema: 'vitalgate.root/1', keys: site.keys.keys }));
  options = { root, site: 'north', gateway: 'north:gw-1', 'installed-version': '1' };
});
afterAll(() => rmSync(directory.path, { recursive: true }));
const run = (values: object = {}, path = file, nowMs = TEST_NOW_MS) =>
  command.run(commandContext({ ...options, ...values }, [path], { nowMs }));

describe('vitalgate verify bundle', () => {
  it('accepts the bundle of this site and gateway', async () => {
    expect(await run()).toEqual({
      exitCode: 0,
      document: {
        schema: 'vitalgate.bundle-verdict/1',
        valid: true,
        code: 'bundle-valid',
        version: 1,
        expiresAt: '2026-11-26T12:00:00.000Z',
      },
    });
  });

  it('takes a plain JWKS as the root', async () => {
    const root = directory.write('jwks.json', JSON.stringify(site.keys));
    expect(await run({ root })).toMatchObject({ exitCode: 0 });
  });

  it.each<[string, object]>([
    ['bundle-wrong-site', { site: 'south' }],
    ['bundle-wrong-site', { gateway: 'north:gw-2' }],
    ['bundle-rollback', { 'installed-version': '2' }],
  ])('refuses with %s', async (code, values) => {
    expect(await run(values)).toMatchObject({ exitCode: 1, document: { valid: false, code, version: null } });
  });

  it('refuses an expired one, a tampered one, and one that is too large', async () => {
    expect(await run({}, file, TEST_NOW_MS + 3 * DAY_MS)).toMatchObject({ document: { code: 'bundle-expired' } });
    const [header, payload, signature] = site.sealed.token.split('.');
    const bent = Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('Acme', 'Bcme');
    const token = `${header}.${Buffer.from(bent).toString('base64url')}.${signature}`;
    const tampered = directory.write('tampered.jws', token);
    expect(await run({}, tampered)).toMatchObject({ exitCode: 1, document: { code: 'bundle-signature' } });
    const huge = directory.write('huge.jws', '');
    truncateSync(huge, MAX_BUNDLE_BYTES + 1);
    expect(await run({}, huge)).toMatchObject({ exitCode: 1, document: { code: 'bundle-oversize' } });
  });

  it('refuses one that the head in hand has moved on from', async () => {
    const { token } = await site.nextHead({ bundleVersion: 2 });
    const head = directory.write('head.jws', token);
    expect(await run({ head })).toMatchObject({ exitCode: 1, document: { code: 'bundle-freeze' } });
  });

  it.each<[object, string]>([
    [{ root: '/nowhere' }, 'ERR_FILE_UNREADABLE'],
    [{ root: undefined }, 'ERR_OPTION_MISSING'],
    [{ site: 'North!' }, 'ERR_OPTION_MALFORMED'],
    [{ 'installed-version': 'two' }, 'ERR_OPTION_MALFORMED'],
  ])('says what is wrong with %j', async (values, code) => {
    expect(await run(values)).toMatchObject({ exitCode: 2, document: { code } });
  });

  it('says so when keys, head or file cannot be used', async () => {
    const junk = directory.write('junk.json', '{"keys":[{"kty":1}]}');
    expect(await run({ root: junk })).toMatchObject({ exitCode: 2, document: { code: 'ERR_KEYS_MALFORMED' } });
    expect(await run({ head: junk })).toMatchObject({ exitCode: 2, document: { code: 'ERR_HEAD_REFUSED' } });
    expect(await run({}, '/nowhere')).toMatchObject({ exitCode: 2, document: { code: 'ERR_FILE_UNREADABLE' } });
  });
});
