/** What the outbox relay is told by its environment. */
import * as z from 'zod';
import { optionalText, readEnvironment, text } from '../http/environment.ts';

const ConfigSchema = z.object({
  IDENTITY_TABLE: text,
  TRUST_TABLE: text,
  EVENT_BUS: text,
  IOT_REMEDIATION_GROUP: text,
  IOT_DATA_ENDPOINT: optionalText,
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
