/** Identity strength: the certificate that is bound to the identity, and what enrolment or a person adds to it. */
import type { TrustFactorRule } from './factor.ts';

/** A key that proved itself in a handshake, certified for this identity: nine in ten parts of certainty. */
const BOUND_CERTIFICATE_MILLI = 18_000;

export const identity: TrustFactorRule = {
  factor: 'identity',
  weightPermille: { device: 300, gateway: 350, application: 350, resource: 350, user: 600 },
  vouchers: ['enrolment', 'person'],
  floorPpm: { 0: 0, 1: 300_000, 2: 600_000, 3: 800_000, 4: 900_000 },
  intrinsicMilli: ({ certificateBound, revoked }) => (certificateBound && !revoked ? BOUND_CERTIFICATE_MILLI : 0),
};
