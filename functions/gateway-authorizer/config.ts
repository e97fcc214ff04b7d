/** What the gateway authorizer is told by its environment. */
import * as z from 'zod';
import { pem, readEnvironment, text } from '../http/environment.ts';

const ConfigSchema = z.object({
  IDENTITY_TABLE: text,
  GATEWAY_CA_PEM: pem,
  GATEWAY_AUDIENCE: text,
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
