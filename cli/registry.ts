/** Every verb, and where it lives: a verb's file is loaded when the verb is called. */
import type { Command } from './command.ts';

export interface RegisteredVerb {
  readonly name: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const VERBS: readonly RegisteredVerb[] = [
  { name: 'agent run', load: () => import('./agent-run.ts') },
  { name: 'decide', load: () => import('./decide.ts') },
  { name: 'demo', load: () => import('./demo.ts') },
  { name: 'enroll', load: () => import('./enroll.ts') },
  { name: 'explain', load: () => import('./explain.ts') },
  { name: 'gateway run', load: () => import('./gateway-run.ts') },
  { name: 'token', load: () => import('./token.ts') },
  { name: 'trust replay', load: () => import('./trust-replay.ts') },
  { name: 'verify audit-chain', load: () => import('./verify-audit-chain.ts') },
  { name: 'verify bundle', load: () => import('./verify-bundle.ts') },
  { name: 'verify certificate', load: () => import('./verify-certificate.ts') },
  { name: 'verify jws', load: () => import('./verify-jws.ts') },
  { name: 'verify jwt', load: () => import('./verify-jwt.ts') },
];
