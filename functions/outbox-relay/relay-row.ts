/** One outbox row: its three promises are kept side by side, and a failure of one does not hold up the others. */
import type { BrokerEffect } from '../../core/ledger/ledger-intent.ts';
import type { OutboxRow } from '../adapters/ports/outbox.ts';
import type { Container } from './container.ts';

/** The function that committed publishes within milliseconds; when it has not after this, it does not live any more. */
export const PUBLISH_GRACE_MS = 1_000;

/** First look after the row was seen too early; each later one after twice the time. */
const FIRST_LOOK_MS = 20;

/** @throws the first failure, after all three were tried */
export async function relayRow(row: OutboxRow, container: Container): Promise<void> {
  const kept = await Promise.allSettled([
    publishIfForgotten(row, container),
    container.bus.emit(row.events, row.createdAtMs),
    ...row.effects.map((effect) => apply(effect, container)),
  ]);
  const failed = kept.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function publishIfForgotten(row: OutboxRow, container: Container): Promise<void> {
  const { outbox, publisher, surroundings, log, metrics } = container;
  if (row.token === undefined || (await isPublishedInTime(row, container))) return;
  await publisher.publish(row.site, 'state', row.token, row.policyRevision);
  await outbox.markPublished(row, surroundings.nowMs());
  metrics.count('OutboxRepaired');
  log.warn('outbox-repaired', { site: row.site, seq: row.seq });
}

/** The stream is often faster than the function that is just publishing: short looks, so that nothing waits for long. */
async function isPublishedInTime(row: OutboxRow, { outbox, surroundings }: Container): Promise<boolean> {
  for (let waitMs = FIRST_LOOK_MS; ; waitMs *= 2) {
    if (await outbox.isPublished(row)) return true;
    const leftMs = row.createdAtMs + PUBLISH_GRACE_MS - surroundings.nowMs();
    if (leftMs <= 0) return false;
    await surroundings.sleep(Math.min(waitMs, leftMs));
  }
}

async function apply(effect: BrokerEffect, { containment, log }: Container): Promise<void> {
  if (effect.effect === 'contain-thing') await containment.contain(effect.thing);
  if (effect.effect === 'release-thing') await containment.release(effect.thing);
  if (effect.effect === 'deactivate-certificate') await containment.deactivate(effect.thumbprint, effect.clientId);
  log.info('containment-applied', { effect: effect.effect });
}
