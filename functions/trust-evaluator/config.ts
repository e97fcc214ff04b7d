/** What the trust evaluator is told by its environment. */
import * as z from 'zod';
import { ledgerEnvironment, readEnvironment, siteList } from '../http/environment.ts';

const ConfigSchema = z.object({ ...ledgerEnvironment, SITE_IDS: siteList });
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
