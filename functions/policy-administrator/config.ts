/** What the policy administrator is told by its environment. */
import * as z from 'zod';
import { ledgerEnvironment, optionalText, pem, readEnvironment, siteList, text } from '../http/environment.ts';

const DEFAULT_POLICIES = 'default-policies.json';

const ConfigSchema = z.object({
  ...ledgerEnvironment,
  SITE_IDS: siteList,
  BUNDLE_BUCKET: text,
  DEVICE_CA_PEM: pem,
  GATEWAY_CA_PEM: pem,
  RESOURCE_CA_PEM: pem,
  /** Relative to the function's own file. */
  DEFAULT_POLICIES_FILE: optionalText.transform((file) => file ?? DEFAULT_POLICIES),
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
