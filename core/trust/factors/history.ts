/** History: how did its earlier accesses go, and what does a person remember of it? */
import { NEVER_BAD, type TrustFactorRule } from './factor.ts';

export const history: TrustFactorRule = {
  factor: 'history',
  weightPermille: { device: 50, gateway: 50, application: 50, resource: 50, user: 100 },
  vouchers: ['session-history', 'person'],
  floorPpm: NEVER_BAD,
};
