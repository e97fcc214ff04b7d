/** What the audit writer is told by its environment. */
import * as z from 'zod';
import { readEnvironment, siteList, text } from '../http/environment.ts';

const ConfigSchema = z.object({
  SITE_IDS: siteList,
  IDENTITY_TABLE: text,
  TRUST_TABLE: text,
  AUDIT_TABLE: text,
  AUDIT_SIGNING_KEY: text,
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
