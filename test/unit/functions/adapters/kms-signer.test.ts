import { createPublicKey, sign, verify } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { openCompact, signCompact } from '../../../../core/signing/jws.ts';
import { kmsKeyDirectory, kmsKeySource } from '../../../../functions/adapters/kms/kms-signer.ts';
import { rawSignature } from '../../../../functions/adapters/kms/raw-signature.ts';
import { createTestKey } from '../../../fixtures/pki.ts';

const kms = mockClient(KMSClient);
const client = new KMSClient({ region: 'eu-west-1' });
beforeEach(() => kms.reset());

function keyInKms() {
  const key = createTestKey();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: key.spki });
  kms.on(SignCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({
    Signature: sign('sha256', Message, { key: key.privateKey, dsaEncoding: 'der' }),
  }));
  return key;
}

describe('a key in KMS', () => {
  it('signs what everyone verifies with its published public part', async () => {
    keyInKms();
    const source = kmsKeySource(client, 'key-1');
    const token = await signCompact({ hello: 1 }, 'test+jws', await source());
    const keys = await kmsKeyDirectory([source])();
    expect(openCompact(token, keys, 'test+jws')).toMatchObject({ ok: true, value: { payload: { hello: 1 } } });
    expect(kms.commandCalls(SignCommand)[0]?.args[0].input).toMatchObject({
      KeyId: 'key-1',
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
  });

  it('is named by the thumbprint of its public part, and asked for it once', async () => {
    const key = keyInKms();
    const source = kmsKeySource(client, 'key-1');
    const [one, two] = await Promise.all([source(), source()]);
    expect(one.kid).toBe(await calculateJwkThumbprint(key.publicKey.export({ format: 'jwk' }) as never));
    expect(two).toBe(one);
    expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(1);
  });

  it('is asked again after a failure', async () => {
    keyInKms();
    kms.on(GetPublicKeyCommand).rejectsOnce(new Error('throttled')).resolves({ PublicKey: createTestKey().spki });
    const source = kmsKeySource(client, 'key-1');
    await expect(source()).rejects.toThrow('throttled');
    await expect(source()).resolves.toHaveProperty('kid');
  });
});

describe('a DER signature', () => {
  it('becomes the raw form that verifies, whatever its integers', () => {
    const { privateKey, spki } = createTestKey();
    const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
        const raw = rawSignature(sign('sha256', data, { key: privateKey, dsaEncoding: 'der' }));
        expect(raw).toHaveLength(64);
        expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused unless it is one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (data) => {
        try {
          expect(rawSignature(data)).toHaveLength(64);
        } catch (error) {
          expect(String(error)).toContain('ERR_SIGNATURE_FORM');
        }
      }),
    );
  });
});
