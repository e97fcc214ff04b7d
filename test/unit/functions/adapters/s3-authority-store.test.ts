import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Authorities } from '../../../../functions/adapters/ports/authority-store.ts';
import { S3AuthorityStore } from '../../../../functions/adapters/s3/s3-authority-store.ts';

const s3 = mockClient(S3Client);
const store = new S3AuthorityStore(new S3Client({ region: 'eu-central-1' }), 'bundles');
const authority = { keyThumbprint: 'kid', pem: '-----BEGIN CERTIFICATE-----\n…' };
const AUTHORITIES: Authorities = {
  schema: 'vitalgate.authorities/1',
  root: authority,
  device: authority,
  gateway: authority,
  resource: authority,
};
const OBJECT = { Bucket: 'bundles', Key: 'pki/authorities.json' };

const refusal = (httpStatusCode: number) =>
  new S3ServiceException({ name: 'Refused', $fault: 'client', $metadata: { httpStatusCode } });
const stored = (text: string) => ({
  ETag: '"e1"',
  Body: { transformToString: () => Promise.resolve(text) } as never,
});

beforeEach(() => {
  s3.reset();
});

describe('S3AuthorityStore', () => {
  it('reads what is kept with its version', async () => {
    s3.on(GetObjectCommand, OBJECT).resolves(stored(JSON.stringify(AUTHORITIES)));
    expect(await store.read()).toEqual({ authorities: AUTHORITIES, version: '"e1"' });
  });

  it('knows a store that holds nothing yet, and only that, as empty', async () => {
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'no', $metadata: {} }));
    expect(await store.read()).toBeUndefined();
    s3.on(GetObjectCommand).rejects(refusal(403));
    await expect(store.read()).rejects.toThrow();
  });

  it('refuses to read what it has not written', async () => {
    s3.on(GetObjectCommand).resolves(stored('{}'));
    await expect(store.read()).rejects.toThrow();
  });

  it('writes the first only where nothing is, and later ones only over what was read', async () => {
    s3.on(PutObjectCommand).resolves({});
    expect(await store.keep(AUTHORITIES, undefined)).toBe(true);
    expect(await store.keep(AUTHORITIES, '"e1"')).toBe(true);
    const [first, second] = s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);
    expect(first).toMatchObject({ ...OBJECT, IfNoneMatch: '*' });
    expect(second).toMatchObject({ ...OBJECT, IfMatch: '"e1"' });
  });

  it.each([[409], [412]])('says that someone was faster at %i', async (status) => {
    s3.on(PutObjectCommand).rejects(refusal(status));
    expect(await store.keep(AUTHORITIES, undefined)).toBe(false);
  });

  it('throws for any other refusal', async () => {
    s3.on(PutObjectCommand).rejects(refusal(403));
    await expect(store.keep(AUTHORITIES, undefined)).rejects.toThrow();
  });
});
