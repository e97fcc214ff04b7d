/** Where the certificates of the authorities are kept: issued once, and answered again at every deployment. */
import * as z from 'zod';

export const AUTHORITY_NAMES = ['root', 'device', 'gateway', 'resource'] as const;
export type AuthorityName = (typeof AUTHORITY_NAMES)[number];

const AuthoritySchema = z
  .strictObject({
    /** RFC 7638 thumbprint of the key that the certificate is of. */
    keyThumbprint: z.string().min(1),
    pem: z.string().startsWith('-----BEGIN CERTIFICATE-----'),
  })
  .readonly();

export const AuthoritiesSchema = z
  .strictObject({
    schema: z.literal('vitalgate.authorities/1'),
    root: AuthoritySchema,
    device: AuthoritySchema,
    gateway: AuthoritySchema,
    resource: AuthoritySchema,
  })
  .readonly();
export type Authorities = z.infer<typeof AuthoritiesSchema>;

export interface HeldAuthorities {
  readonly authorities: Authorities;
  /** Names what was read: a change must be of this. */
  readonly version: string;
}

export interface AuthorityStore {
  read(): Promise<HeldAuthorities | undefined>;
  /**
   * @param version of what was read; `undefined` when nothing was there
   * @returns false when someone else was faster: read again
   */
  keep(authorities: Authorities, version: string | undefined): Promise<boolean>;
}
