/** The authorities' certificates as one S3 object, replaced only by whoever has read what it replaces. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { VitalgateError } from '../../../core/errors.ts';
import {
  type Authorities,
  AuthoritiesSchema,
  type AuthorityStore,
  type HeldAuthorities,
} from '../ports/authority-store.ts';

const OBJECT_KEY = 'pki/authorities.json';
/** Someone wrote it meanwhile, or is writing it now. */
const OVERTAKEN: ReadonlySet<number> = new Set([409, 412]);

export class S3AuthorityStore implements AuthorityStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async read(): Promise<HeldAuthorities | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: OBJECT_KEY }));
      const text = await answer.Body?.transformToString('utf8');
      if (text === undefined || answer.ETag === undefined) {
        throw new VitalgateError('ERR_AUTHORITIES_UNREADABLE', 'the kept authorities cannot be read');
      }
      return { authorities: AuthoritiesSchema.parse(JSON.parse(text)), version: answer.ETag };
    } catch (cause) {
      if (cause instanceof NoSuchKey) return undefined;
      throw cause;
    }
  }

  async keep(authorities: Authorities, version: string | undefined): Promise<boolean> {
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: OBJECT_KEY,
          Body: JSON.stringify(authorities),
          ContentType: 'application/json',
          ...(version === undefined ? { IfNoneMatch: '*' } : { IfMatch: version }),
        }),
      );
      return true;
    } catch (cause) {
      if (cause instanceof S3ServiceException && OVERTAKEN.has(cause.$metadata.httpStatusCode ?? 0)) return false;
      throw cause;
    }
  }
}
