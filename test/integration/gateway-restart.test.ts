import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealBundle } from '../../core/bundle/seal-bundle.ts';
import { entityId, siteId } from '../../core/contracts/identifiers.ts';
import { TestClient } from '../fixtures/gateway-client.ts';
import { createGatewayWorld, type GatewayHandle, type GatewayWorld } from '../fixtures/gateway-world.ts';
import { createTestSigner, DAY_MS } from '../fixtures/pki.ts';
import { GATEWAY_ID, NORTH, refOf, testSubject } from '../fixtures/site.ts';

let world: GatewayWorld;
let gateway: GatewayHandle;

beforeEach(async () => {
  world = await createGatewayWorld();
});
afterEach(() => world.close());

async function reaches(leaf: 'pump' | 'monitor' = 'pump'): Promise<boolean> {
  const { pki, leaves, entities } = world.site;
  const client = new TestClient({ port: gateway.port, pki, leaf: leaves[leaf], alias: entities.telemetry.alias });
  const text = await client.until('hello');
  client.close();
  return text.includes('hello');
}

/** Of the configured files nothing is left: only what the first run kept. */
async function forgetFiles(): Promise<void> {
  await rm(`${world.directory}/bundle.jws`);
  await rm(`${world.directory}/state.jws`);
}

const quarantine = (name: 'monitor') => {
  const held = { thumbprints: [world.site.leaves[name].thumbprint], nowMs: world.site.nowMs };
  return {
    op: 'put-subject' as const,
    subject: testSubject(refOf(world.site.entities[name]), { state: 'quarantined' }, held),
  };
};

const seal = (options: Partial<Parameters<typeof sealBundle>[1]> = {}) => {
  const { content, nowMs, signer } = world.site;
  return sealBundle(content, { site: NORTH, gateways: [GATEWAY_ID], version: 2, nowMs, signer, ...options });
};

const spoolFile = (name: string): string => `${world.directory}/spool/${name}`;

describe('a gateway restarted without the control plane', () => {
  it('goes on from its last good bundle and state, updates included', async () => {
    gateway = await world.spawn();
    await world.order([quarantine('monitor')]);
    await world.carryIn((await seal()).token);
    await gateway.stop();
    await forgetFiles();
    gateway = await world.spawn();
    expect(await reaches()).toBe(true);
    expect(await reaches('monitor')).toBe(false);
    expect(world.logs.filter(({ code }) => code === 'restored-record-refused')).toEqual([]);
  });

  it('does not start from a state that was tampered with', async () => {
    gateway = await world.spawn();
    await gateway.stop();
    await forgetFiles();
    const kept = await readFile(spoolFile('state.jws'), 'utf8');
    await writeFile(
      spoolFile('state.jws'),
      kept.replace(/\.([\w-]{20})/, (_all, part: string) => `.${part.slice(1)}A`),
    );
    await expect(world.spawn()).rejects.toThrow('ERR_SITE_UNKNOWN');
    expect(JSON.stringify(world.logs)).toContain('state-signature');
  });

  it('refuses an update that is out of sequence and keeps what came before it', async () => {
    gateway = await world.spawn();
    await gateway.stop();
    const later = await world.site.nextUpdate([quarantine('monitor')], { seq: world.site.state.position.seq + 5 });
    await writeFile(spoolFile('state.jws'), `${await readFile(spoolFile('state.jws'), 'utf8')}${later.token}\n`);
    gateway = await world.spawn();
    expect(await reaches('monitor')).toBe(true);
    expect(JSON.stringify(world.logs)).toContain('state-gap');
  });

  it('takes neither a foreign, an older, a forged nor a mixed bundle in place of its own', async () => {
    gateway = await world.spawn();
    const newer = await seal();
    expect((await world.carryIn(newer.token)).code).toBe('applied');
    await gateway.stop();
    const refused: [string, string][] = [
      ['bundle-wrong-site', (await seal({ version: 3, site: siteId('south') })).token],
      ['bundle-wrong-site', (await seal({ version: 3, gateways: [entityId('north:gw-2')] })).token],
      ['bundle-rollback', world.site.sealed.token],
      ['bundle-signature', (await seal({ version: 3, signer: createTestSigner('state-1') })).token],
    ];
    for (const [code, token] of refused) {
      world.logs.length = 0;
      await world.writeFiles({ bundle: token });
      gateway = await world.spawn();
      expect(await reaches()).toBe(true);
      expect(JSON.stringify(world.logs)).toContain(code);
      await gateway.stop();
    }
  });

  it('refuses an expired bundle that is offered to it while it runs', async () => {
    gateway = await world.spawn();
    const { nowMs } = world.site;
    const old = await seal({ nowMs: nowMs - 4 * DAY_MS });
    expect((await world.carryIn(old.token)).code).toBe('bundle-expired');
    expect(await reaches()).toBe(true);
  });

  it('admits nobody on a bundle that expired while it was away', async () => {
    const { nowMs } = world.site;
    await world.writeFiles({ bundle: (await seal({ nowMs: nowMs - 4 * DAY_MS })).token });
    gateway = await world.spawn();
    expect(await reaches()).toBe(false);
  });

  it('does not start when it knows nothing at all', async () => {
    await forgetFiles();
    await expect(world.spawn()).rejects.toThrow('ERR_SITE_UNKNOWN');
  });
});

describe('configuration', () => {
  it('is refused by name where this build cannot do what it asks', async () => {
    await expect(world.spawn({ knock: 'hidden' })).rejects.toThrow('ERR_KNOCK_UNSUPPORTED');
    await expect(world.spawn({ unheard: 1 })).rejects.toThrow('ERR_CONFIG_MALFORMED');
    await expect(world.spawn({ tls: { minVersion: 'TLSv1.2' } })).rejects.toThrow('ERR_TLS_VERSION_UNSUPPORTED');
  });
});

describe('SIGTERM', () => {
  it('lets go in order: the audit chain ends whole and nothing is left preallocated', async () => {
    gateway = await world.spawn();
    expect(await reaches()).toBe(true);
    await gateway.stop();
    const events = (await world.audit()).map(({ event }) => event);
    expect(events).toEqual(['session-allowed', 'session-closed']);
  });
});
