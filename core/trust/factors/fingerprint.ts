/** Fingerprint: does the terminal look on the wire like the model it claims to be? */
import { KNOWN_FOR_HIGH, type TrustFactorRule } from './factor.ts';

export const fingerprint: TrustFactorRule = {
  factor: 'fingerprint',
  weightPermille: { device: 100, gateway: 0, application: 0, resource: 0, user: 0 },
  vouchers: ['fingerprint-sensor'],
  floorPpm: KNOWN_FOR_HIGH,
};
