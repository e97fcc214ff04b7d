/** Every trust factor there is, in the order of the contract. */
import { behaviour } from './behaviour.ts';
import { context } from './context.ts';
import type { TrustFactorRule } from './factor.ts';
import { fingerprint } from './fingerprint.ts';
import { history } from './history.ts';
import { identity } from './identity.ts';
import { posture } from './posture.ts';

export const TRUST_FACTOR_RULES: readonly TrustFactorRule[] = [
  identity,
  fingerprint,
  posture,
  behaviour,
  history,
  context,
];
