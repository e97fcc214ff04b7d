/** What the administration API is told by its environment. */
import * as z from 'zod';
import { ledgerEnvironment, optionalText, readEnvironment, siteList, text } from '../http/environment.ts';

const DEFAULT_POLICIES_FILE = 'default-policies.json';

const ConfigSchema = z.object({
  ...ledgerEnvironment,
  SITE_IDS: siteList,
  SESSION_TABLE: text,
  AUDIT_SIGNING_KEY: text,
  API_BASE_URL: optionalText,
  DEFAULT_POLICIES_FILE: optionalText.transform((file) => file ?? DEFAULT_POLICIES_FILE),
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
