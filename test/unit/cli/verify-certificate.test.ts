import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../../cli/verify-certificate.ts';
import { entityRef } from '../../../core/contracts/identifiers.ts';
import { commandContext, testDirectory } from '../../fixtures/command-context.ts';
import { createTestPki, DAY_MS, TEST_NOW_MS, type TestLeaf, type TestPki } from '../../fixtures/pki.ts';

const directory = testDirectory();
let pki: TestPki;
let leaf: TestLeaf;
let options: Record<'chain' | 'roots' | 'purpose', string>;
beforeAll(async () => {
  pki = await createTestPki();
  leaf = await pki.issue(entityRef('device', 'north:pump-3'));
  options = {
    chain: directory.write('chain.pem', leaf.chainPem),
    roots: directory.write('root.pem', pki.root.certificatePem),
    purpose: 'device',
  };
});
afterAll(() => rmSync(directory.path, { recursive: true }));
const run = (values: object = {}, nowMs = TEST_NOW_MS) =>
  command.run(commandContext({ ...options, ...values }, [], { nowMs }));

describe('vitalgate verify certificate', () => {
  it('accepts a certificate of ours and says whose it is', async () => {
    expect(await run()).toEqual({
      exitCode: 0,
      document: {
        schema: 'vitalgate.certificate-verdict/1',
        valid: true,
        code: 'certificate-valid',
        errors: [],
        identity: {
          kind: 'device',
          id: 'north:pump-3',
          thumbprint: leaf.thumbprint,
          serial: leaf.certificate.serialNumber.toLowerCase(),
          notBefore: '2026-11-22T12:00:00.000Z',
          notAfter: '2027-02-21T12:00:00.000Z',
        },
      },
    });
  });

  it('takes intermediates from a file of their own', async () => {
    const chain = directory.write('leaf.pem', leaf.certificatePem);
    const intermediates = directory.write(
      'intermediates.pem',
      `${pki.gateway.certificatePem}${pki.device.certificatePem}`,
    );
    expect(await run({ chain })).toMatchObject({ exitCode: 1, document: { code: 'certificate-untrusted' } });
    expect(await run({ chain, intermediates })).toMatchObject({ exitCode: 0 });
  });

  it('refuses with all reasons, and names nobody', async () => {
    expect(await run({ purpose: 'gateway' }, TEST_NOW_MS + 91 * DAY_MS)).toMatchObject({
      exitCode: 1,
      document: {
        valid: false,
        code: 'certificate-expired',
        errors: [
          'certificate-expired',
          'certificate-extended-key-usage',
          'certificate-wrong-kind',
          'certificate-wrong-authority',
        ],
        identity: null,
      },
    });
  });

  it('is held to a name when one is given', async () => {
    expect(await run({ name: 'north:pump-3' })).toMatchObject({ exitCode: 0 });
    expect(await run({ name: 'north:pump-4' })).toMatchObject({
      exitCode: 1,
      document: { code: 'certificate-other-name' },
    });
  });

  it('calls a chain that cannot be read a malformed certificate', async () => {
    for (const [name, text] of [
      ['empty.pem', ''],
      ['bad.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
    ] as const) {
      const chain = directory.write(name, text);
      expect(await run({ chain })).toMatchObject({ exitCode: 1, document: { code: 'certificate-malformed' } });
    }
  });

  it.each([
    [{ chain: '/nowhere' }, 'ERR_FILE_UNREADABLE'],
    [{ roots: undefined }, 'ERR_OPTION_MISSING'],
    [{ purpose: 'toaster' }, 'ERR_PURPOSE_UNKNOWN'],
    [{ profile: 'rfc5280' }, 'ERR_PROFILE_UNSUPPORTED'],
    [{ crl: 'list.crl' }, 'ERR_CRL_UNSUPPORTED'],
  ])('says what is wrong with %j', async (values, code) => {
    expect(await run(values)).toMatchObject({ exitCode: 2, document: { code } });
  });

  it('judges a batch line by line', async () => {
    const context = commandContext(options);
    const judge = (line: object) => command.runLine?.({ ...line }, context);
    expect(await judge({ chain: leaf.chainPem })).toMatchObject({ exitCode: 0 });
    expect(await judge({ chain: leaf.chainPem, purpose: 'gateway' })).toMatchObject({ exitCode: 1 });
    expect(await judge({ id: 3 })).toMatchObject({ exitCode: 2, document: { code: 'ERR_LINE_MALFORMED' } });
  });
});
