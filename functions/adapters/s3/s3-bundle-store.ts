/** Sealed bundles in S3: written once under a name that holds their digest. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { SiteId } from '../../../core/contracts/identifiers.ts';
import type { LedgerPosition } from '../../../core/contracts/site-state.ts';
import type { BundleStore } from '../ports/bundle-store.ts';

/** Long enough to start a download on a slow line, short enough that a leaked address is worth nothing. */
const ADDRESS_LIFETIME_SECONDS = 60;
const CONTENT_TYPE = 'application/jose';

export class S3BundleStore implements BundleStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(site: SiteId, version: number, digest: string, token: string): Promise<string> {
    const key = objectKey(site, version, digest);
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: token, ContentType: CONTENT_TYPE }),
    );
    return key;
  }

  async get(site: SiteId, version: number, digest: string): Promise<string | undefined> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: objectKey(site, version, digest) }),
      );
      return await answer.Body?.transformToString('utf8');
    } catch (cause) {
      if (cause instanceof NoSuchKey) return undefined;
      throw cause;
    }
  }

  address(site: SiteId, version: number, digest: string): Promise<string> {
    return this.#sign(objectKey(site, version, digest));
  }

  async keepState(site: SiteId, { epoch, seq, digest }: LedgerPosition, token: string): Promise<string> {
    const key = `bundles/${site}/state-${epoch}-${seq}-${digest}.jws`;
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: token, ContentType: CONTENT_TYPE }),
    );
    return this.#sign(key);
  }

  #sign(key: string): Promise<string> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    return getSignedUrl(this.#client, command, { expiresIn: ADDRESS_LIFETIME_SECONDS });
  }
}

const objectKey = (site: SiteId, version: number, digest: string): string =>
  `bundles/${site}/${String(version).padStart(12, '0')}-${digest}.jws`;
