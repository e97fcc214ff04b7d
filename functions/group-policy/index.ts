import { readConfig } from './config.ts';
import { createContainer } from './container.ts';
import { createHandler } from './handler.ts';

readConfig(process.env);
export const handler = createHandler(createContainer());
