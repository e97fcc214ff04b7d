/** Parts of function environments that several read the same way. Values come from the one `config.ts` of a function. */
import * as z from 'zod';
import { SiteIdSchema } from '../../core/contracts/identifiers.ts';
import { VitalgateError } from '../../core/errors.ts';

export const text = z.string().min(1);
/** `north,south` */
export const siteList = text.transform((list) => list.split(',').map((site) => SiteIdSchema.parse(site.trim())));
/** An empty variable is an absent one: CloudFormation has no way to leave one out. */
export const optionalText = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value === '' ? undefined : value));
/** Line ends may arrive escaped where a template engine has passed them on. */
export const pem = text
  .transform((value) => value.replaceAll('\\n', '\n'))
  .refine((value) => value.startsWith('-----BEGIN CERTIFICATE-----'), 'a certificate in PEM');

/** What every function that commits to the ledger of a site is told. */
export const ledgerEnvironment = {
  IDENTITY_TABLE: text,
  TRUST_TABLE: text,
  POLICY_TABLE: text,
  AUDIT_TABLE: text,
  STATE_SIGNING_KEY: text,
  IOT_DATA_ENDPOINT: optionalText,
} as const;

/** @throws VitalgateError `ERR_CONFIGURATION` naming the variables, never their values */
export function readEnvironment<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].join(', ');
  throw new VitalgateError('ERR_CONFIGURATION', `these variables are missing or wrong: ${names}`);
}
