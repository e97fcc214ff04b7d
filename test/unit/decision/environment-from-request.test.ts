import { describe, expect, it } from 'vitest';
import { environmentFromRequest } from '../../../core/decision/environment-from-request.ts';
import { ask, circumstances, createWorld, NOON_MS, ref } from '../../fixtures/decision-world.ts';

const request = ask(ref('device', 'pump-3'), 'fhir:read', ref('resource', 'fhir'));
const { view } = createWorld();
const facts = (context: Record<string, unknown>, headAgeSeconds = 5) =>
  environmentFromRequest({ ...request, context: context as never }, view, { nowMs: NOON_MS, headAgeSeconds });

describe('the circumstances of an AuthZEN request', () => {
  it('are those of a new use through the site’s only gateway when nobody says otherwise', () => {
    expect(environmentFromRequest(request, view, { nowMs: NOON_MS, headAgeSeconds: 5 })).toEqual({
      ok: true,
      value: circumstances(),
    });
  });

  it('come from the context where it speaks of them', () => {
    const result = facts({
      stage: 'connection',
      established: true,
      sessionAgeSeconds: 60,
      zone: 'office',
      device: 'north:workstation-1',
      authentication: { acr: 'aal2', ageSeconds: 30 },
      breakGlass: true,
      weather: 'ignored',
    });
    expect(result.ok && result.value).toEqual(
      circumstances({
        stage: 'connection',
        established: true,
        sessionStartedAtMs: NOON_MS - 60_000,
        zone: 'office',
        device: ref('device', 'workstation-1'),
        authentication: { acr: 'aal2', authenticatedAtMs: NOON_MS - 30_000 },
        breakGlass: true,
      }),
    );
  });

  it('never take the caller’s word for how fresh the engine’s own state is', () => {
    const result = facts({ freshness: 'fresh', headAgeSeconds: 0 }, 5 * 3600);
    expect(result.ok && result.value.freshness).toBe('isolated');
  });

  it('are refused when a member has the wrong form', () => {
    for (const context of [
      { stage: 'later' },
      { established: 'yes' },
      { authentication: { acr: 'aal2' } },
      { gateway: 'gw' },
    ]) {
      const result = facts(context);
      expect(result.ok ? '' : result.code, JSON.stringify(context)).toBe('context-malformed');
    }
  });
});
