import { describe, expect, it } from 'vitest';
import { siteId, timestamp } from '../../../core/contracts/identifiers.ts';
import { intent } from '../../../core/ledger/ledger-intent.ts';
import { genesisLedger } from '../../../core/ledger/ledger-record.ts';
import { withdraw } from '../../../core/ledger/withdraw.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00.000Z');

describe('withdraw', () => {
  it('tells and keeps the order until the bundle after the one in force', () => {
    const ledger = { ...genesisLedger(siteId('north')), bundleVersion: 7 };
    const given = intent('policy-deleted', { events: [{ type: 'policy.changed', detail: {} }] });
    const { changes, writes, events } = withdraw(given, { kind: 'policy', id: '100-own' }, ledger, NOW_MS);
    const order = { kind: 'policy', id: '100-own', untilBundleVersion: 8 };
    expect(changes).toEqual([{ op: 'withdraw', ...order }]);
    expect(writes).toEqual([{ write: 'put-withdrawal', ...order, expiresAt: timestamp(NOW_MS + 72 * 3_600_000) }]);
    expect(events).toEqual(given.events);
  });
});
