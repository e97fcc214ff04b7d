import { describe, expect, it } from 'vitest';
import { siteId } from '../../../../core/contracts/identifiers.ts';
import { type OutboxRow, OutboxRowSchema } from '../../../../functions/adapters/ports/outbox.ts';
import { createHandler } from '../../../../functions/outbox-relay/handler.ts';
import { PUBLISH_GRACE_MS } from '../../../../functions/outbox-relay/relay-row.ts';
import { FakeDeviceRegistry } from '../../../fakes/fake-device-registry.ts';
import { FakeEventBus } from '../../../fakes/fake-event-bus.ts';
import { FakeStatePublisher } from '../../../fakes/fake-state-publisher.ts';
import { fixedSurroundings } from '../../../fakes/fixed-surroundings.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00.000Z');
const row = (seq: number, changes: Partial<OutboxRow> = {}): OutboxRow => ({
  pk: 'SITE#north',
  sk: `OUTBOX#${seq}`,
  site: siteId('north'),
  seq,
  policyRevision: 0,
  token: `update-${seq}`,
  events: [{ type: 'trust.changed', detail: { site: 'north', level: 1 } }],
  effects: [],
  createdAtMs: NOW_MS,
  ...changes,
});

function relayWorld() {
  const published = new Set<string>();
  const surroundings = fixedSurroundings(NOW_MS);
  const recorded = recordedLog();
  const [bus, containment, publisher] = [new FakeEventBus(), new FakeDeviceRegistry(), new FakeStatePublisher()];
  const outbox = {
    isPublished: ({ sk }: Pick<OutboxRow, 'pk' | 'sk'>) => Promise.resolve(published.has(sk)),
    markPublished: ({ sk }: Pick<OutboxRow, 'pk' | 'sk'>) => {
      published.add(sk);
      return Promise.resolve();
    },
  };
  const handler = createHandler({
    bus,
    containment,
    outbox,
    publisher,
    surroundings,
    readImage: (image) => OutboxRowSchema.safeParse(image).data,
    log: recorded.log,
    metrics: recorded.metrics,
  });
  const relay = (...rows: readonly OutboxRow[]) =>
    handler({
      Records: rows.map((image, index) => ({
        eventName: 'INSERT',
        dynamodb: { SequenceNumber: `s${index}`, NewImage: image },
      })),
    });
  return { published, surroundings, recorded, bus, containment, publisher, relay, handler };
}

describe('the outbox relay', () => {
  it('delivers what a function committed and did not live to publish', async () => {
    const world = relayWorld();
    expect(await world.relay(row(1))).toEqual({ batchItemFailures: [] });
    expect(world.surroundings.now - NOW_MS).toBe(PUBLISH_GRACE_MS);
    expect(world.publisher.sent).toEqual([{ site: 'north', topic: 'state', token: 'update-1' }]);
    expect(world.published).toContain('OUTBOX#1');
    expect(world.recorded.counted).toEqual(['OutboxRepaired']);
  });

  it('gives a living function its time, and leaves alone what was published meanwhile', async () => {
    const world = relayWorld();
    const { sleep } = world.surroundings;
    world.surroundings.sleep = async (ms) => {
      await sleep(ms);
      if (world.surroundings.slept.length === 2) world.published.add('OUTBOX#1');
    };
    await world.relay(row(1));
    expect(world.publisher.sent).toEqual([]);
    expect(world.surroundings.slept.length).toBe(2);
    expect(world.bus.events).toHaveLength(1);
  });

  it('does not wait for a row that is older than any living function', async () => {
    const world = relayWorld();
    await world.relay(row(1, { createdAtMs: NOW_MS - PUBLISH_GRACE_MS }));
    expect(world.surroundings.slept).toEqual([]);
    expect(world.publisher.sent).toHaveLength(1);
  });

  it('repairs in the order of the ledger, and does not let a later update overtake one that failed', async () => {
    const world = relayWorld();
    await world.relay(row(1), row(2));
    expect(world.publisher.sent.map(({ token }) => token)).toEqual(['update-1', 'update-2']);
    world.publisher.fault = new Error('no broker');
    expect(await world.relay(row(3), row(4))).toEqual({ batchItemFailures: [{ itemIdentifier: 's0' }] });
  });

  it('repairs the publish even when the bus is away, and asks for the row again', async () => {
    const world = relayWorld();
    world.bus.fault = new Error('no bus');
    expect(await world.relay(row(1))).toEqual({ batchItemFailures: [{ itemIdentifier: 's0' }] });
    expect(world.publisher.sent).toHaveLength(1);
  });

  it('has the broker contain, release and shut out what a commit says', async () => {
    const world = relayWorld();
    const thumbprint = 'a'.repeat(64);
    await world.relay(
      row(1, {
        effects: [
          { effect: 'contain-thing', thing: 'north:pump-3' },
          { effect: 'release-thing', thing: 'north:pump-4' },
          { effect: 'deactivate-certificate', thumbprint, clientId: 'north:pump-3' },
        ],
      }),
    );
    expect(world.containment.calls).toEqual([
      'contain north:pump-3',
      'release north:pump-4',
      `deactivate ${thumbprint}`,
    ]);
  });

  it('publishes nothing for a row that only has events', async () => {
    const world = relayWorld();
    const { token: _, ...rest } = row(1);
    await world.relay({ ...rest, sk: 'EVENTS#1' });
    expect(world.publisher.sent).toEqual([]);
    expect(world.bus.events).toEqual([{ type: 'trust.changed', detail: { site: 'north', level: 1 } }]);
  });

  it('passes over what is no outbox row', async () => {
    const world = relayWorld();
    const record = { eventName: 'INSERT', dynamodb: { SequenceNumber: 's', NewImage: { pk: 'SITE#north' } } };
    expect(await world.handler({ Records: [record] })).toEqual({ batchItemFailures: [] });
  });
});
