/** The group policy function is told everything by the request: nothing by its environment. */
import * as z from 'zod';
import { readEnvironment } from '../http/environment.ts';

const ConfigSchema = z.object({});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
