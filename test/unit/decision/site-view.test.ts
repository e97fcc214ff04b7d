import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../core/contracts/entities.ts';
import { entityId } from '../../../core/contracts/identifiers.ts';
import { createSiteView } from '../../../core/decision/site-view.ts';
import { createWorld, protectionFor, ref, WORLD_ENTITIES } from '../../fixtures/decision-world.ts';
import { testDevice } from '../../fixtures/site.ts';

describe('a site view', () => {
  it('finds entities by kind and id, and live state through to where it is held', () => {
    const { view, state } = createWorld();
    expect(view.entity(ref('device', 'pump-3'))?.id).toBe('north:pump-3');
    expect(view.entity(ref('user', 'pump-3'))).toBeUndefined();
    const next = state.put(ref('device', 'pump-3'), { state: 'retired' });
    expect(view.state(ref('device', 'pump-3'))).toBe(next);
  });

  it('resolves an alias to a resource, or to a service of a device', () => {
    const service = { name: 'library', alias: 'b'.repeat(20), protocol: 'http' as const, port: 8090 };
    const device = testDevice('pump-9', { services: [service] });
    const { view } = createWorld({ entities: [...WORLD_ENTITIES, device] });
    const fhir = view.entity(ref('resource', 'fhir')) as Resource;
    expect(view.byAlias(fhir.alias)).toEqual({ entity: fhir });
    expect(view.byAlias(service.alias)).toEqual({
      entity: device,
      service: { name: 'library', protocol: 'http', port: 8090 },
    });
    expect(view.byAlias('c'.repeat(20))).toBeUndefined();
  });

  it('leaves out withdrawn protections and policies, and keeps the same policies array meanwhile', () => {
    const { view, state } = createWorld({ protections: [protectionFor('pump-3', 'fhir', ['fhir:read'])] });
    const [device, resource] = [entityId('north:pump-3'), entityId('north:fhir')];
    expect(view.protections(device, resource)).toHaveLength(1);
    expect(view.protections(resource, device)).toEqual([]);
    const before = view.policies;
    state.put(ref('device', 'pump-3'), {});
    expect(view.policies).toBe(before);
    state.withdraw('policy', '910-level-below-required');
    state.withdraw('protection', 'north:protection-pump-3');
    expect(view.policies).toHaveLength(before.length - 1);
    expect(view.protections(device, resource)).toEqual([]);
    expect(view.protection('north:protection-pump-3')?.device).toBe(device);
  });

  it('asks for withdrawals with its own bundle version, so that a bundle that leaves a thing out ends them', () => {
    const { bundle, state } = createWorld();
    const asked: number[] = [];
    const view = createSiteView(bundle, {
      site: state.site,
      position: state.position,
      subject: () => undefined,
      withdrawn: (_kind, _id, bundleVersion) => asked.push(bundleVersion) < 0,
    });
    expect(view.withdrawn('owner', 'north:pump-3')).toBe(false);
    expect(asked).toEqual([bundle.version]);
  });

  it('knows its gateways and what speaks through a hub', () => {
    const { view } = createWorld();
    expect(view.gateways).toEqual(['north:gw-1']);
    expect(view.behind(entityId('north:hub-1'))).toEqual(['north:sensor-1']);
    expect(view.behind(entityId('north:pump-3'))).toEqual([]);
  });
});
