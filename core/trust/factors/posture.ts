/**
 * Posture: is its present state good? Fresh and graded A or B for level 3, C for level 2. Untrusted until assessed: without
 * any posture the expectation is the base rate, and that bears level 1 only. A person vouches for systems that do not report.
 */
import type { TrustFactorRule } from './factor.ts';

export const posture: TrustFactorRule = {
  factor: 'posture',
  weightPermille: { device: 300, gateway: 350, application: 350, resource: 350, user: 0 },
  vouchers: ['posture-agent', 'posture-gateway', 'person'],
  floorPpm: { 0: 0, 1: 0, 2: 350_000, 3: 620_000, 4: 800_000 },
};
