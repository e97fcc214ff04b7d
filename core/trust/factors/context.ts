/** Context: is it where and when it belongs, and is nothing in the world against it? */
import { NEVER_BAD, type TrustFactorRule } from './factor.ts';

export const context: TrustFactorRule = {
  factor: 'context',
  weightPermille: { device: 50, gateway: 50, application: 50, resource: 50, user: 100 },
  vouchers: ['location', 'correlation', 'threat-intelligence'],
  floorPpm: NEVER_BAD,
};
