import { describe, expect, it } from 'vitest';
import { entityId } from '../../../core/contracts/identifiers.ts';
import { EVIDENCE_SOURCES } from '../../../core/contracts/trust.ts';
import { MAX_FUTURE_SKEW_MS } from '../../../core/posture/accept-report.ts';
import { acceptEvidence } from '../../../core/trust/accept-evidence.ts';
import { NOW_MS, statement } from '../../fixtures/trust-samples.ts';

const codeOf = (payload: unknown, gatewayId = 'north:gw-1'): string => {
  const gateway = { kind: 'gateway', id: entityId(gatewayId) } as const;
  const result = acceptEvidence({ payload, gateway, nowMs: NOW_MS });
  return result.ok ? 'accepted' : result.code;
};

describe('acceptEvidence', () => {
  it('accepts what a gateway can see, and nothing it could only pretend', () => {
    const accepted = EVIDENCE_SOURCES.filter((source) => codeOf(statement({ source })) === 'accepted');
    expect(accepted).toEqual([
      'posture-agent',
      'posture-gateway',
      'fingerprint-sensor',
      'behaviour-analyzer',
      'session-history',
      'location',
    ]);
    expect(codeOf(statement({ source: 'person' }))).toBe('evidence-foreign-source');
  });

  it('refuses evidence about another site', () => {
    expect(codeOf(statement(), 'south:gw-1')).toBe('evidence-foreign-site');
  });

  it('refuses evidence that would not age for lying ahead', () => {
    expect(codeOf(statement({ atMs: NOW_MS + MAX_FUTURE_SKEW_MS }))).toBe('accepted');
    expect(codeOf(statement({ atMs: NOW_MS + MAX_FUTURE_SKEW_MS + 1 }))).toBe('evidence-from-future');
  });

  it.each([null, {}, { ...statement(), positiveMilli: -1 }, { ...statement(), note: 'x' }])('refuses %j', (payload) => {
    expect(codeOf(payload)).toBe('evidence-malformed');
  });
});
