/** What the policy engine is told by its environment. */
import * as z from 'zod';
import { optionalText, readEnvironment, siteList, text } from '../http/environment.ts';

const ConfigSchema = z.object({
  SITE_IDS: siteList,
  TRUST_TABLE: text,
  BUNDLE_BUCKET: text,
  STATE_SIGNING_KEY: text,
  API_BASE_URL: optionalText,
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
