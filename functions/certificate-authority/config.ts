/** What the certificate authority is told by its environment. */
import * as z from 'zod';
import { readEnvironment, text } from '../http/environment.ts';

const ConfigSchema = z.object({
  BUNDLE_BUCKET: text,
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
