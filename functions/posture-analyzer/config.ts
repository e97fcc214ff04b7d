/** What the posture analyzer is told by its environment. */
import * as z from 'zod';
import { ledgerEnvironment, readEnvironment } from '../http/environment.ts';

const ConfigSchema = z.object(ledgerEnvironment);
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
