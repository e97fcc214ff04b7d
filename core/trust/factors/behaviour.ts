/** Behaviour: does it do what it has always done? */
import { KNOWN_FOR_HIGH, type TrustFactorRule } from './factor.ts';

export const behaviour: TrustFactorRule = {
  factor: 'behaviour',
  weightPermille: { device: 200, gateway: 200, application: 200, resource: 200, user: 200 },
  vouchers: ['behaviour-analyzer'],
  floorPpm: KNOWN_FOR_HIGH,
};
