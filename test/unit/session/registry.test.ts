import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineQueue } from '../../../core/session/deadline-queue.ts';
import { SessionRegistry } from '../../../core/session/registry.ts';
import type { Session } from '../../../core/session/session.ts';
import { ref } from '../../fixtures/decision-world.ts';
import { session } from '../../fixtures/sessions.ts';

const ids = (sessions: readonly Session[]): string[] =>
  sessions.map(({ id }) => id).sort((left, right) => (left < right ? -1 : 1));

describe('the registry', () => {
  const toFhir = session('a', { policies: ['010', '020'] });
  const fromEmr = session('b', {
    subject: ref('application', 'emr'),
    object: ref('device', 'pump-3'),
    thumbprint: 'e'.repeat(64),
  });
  const nurse = session('c', {
    subject: ref('user', 'nurse-ada'),
    device: ref('device', 'workstation-1'),
    policies: ['060'],
  });
  const filled = (): SessionRegistry => {
    const registry = new SessionRegistry();
    for (const one of [toFhir, fromEmr, nurse]) registry.add(one);
    return registry;
  };

  it('finds sessions by subject, by any part an entity plays, by certificate and by policy', () => {
    const registry = filled();
    expect(ids(registry.bySubject(ref('device', 'pump-3')))).toEqual(['a']);
    expect(ids(registry.byEntity(ref('device', 'pump-3')))).toEqual(['a', 'b']);
    expect(ids(registry.byEntity(ref('device', 'workstation-1')))).toEqual(['c']);
    expect(ids(registry.byEntity(ref('resource', 'fhir')))).toEqual(['a', 'c']);
    expect(ids(registry.byThumbprint('e'.repeat(64)))).toEqual(['b']);
    expect(ids(registry.byPolicy('020'))).toEqual(['a']);
    expect(registry.bySubject(ref('user', 'pump-3'))).toEqual([]);
  });

  it('forgets a removed session everywhere', () => {
    const registry = filled();
    expect(registry.remove('a')).toBe(toFhir);
    expect(registry.remove('a')).toBeUndefined();
    expect(registry.size).toBe(2);
    expect(registry.bySubject(ref('device', 'pump-3'))).toEqual([]);
    expect(registry.byPolicy('010')).toEqual([]);
    expect(ids(registry.byEntity(ref('device', 'pump-3')))).toEqual(['b']);
  });

  it('replaces a session that is added again', () => {
    const registry = filled();
    registry.add({ ...toFhir, object: ref('resource', 'interface') });
    expect(registry.size).toBe(3);
    expect(ids(registry.byEntity(ref('resource', 'fhir')))).toEqual(['c']);
  });

  it('takes a new deadline and new policies without losing the rest', () => {
    const registry = filled();
    registry.renew('a', { deadlineMs: 7 });
    expect(registry.nextDeadlineMs()).toBe(7);
    registry.renew('a', { deadlineMs: 9_000, policies: ['021'] });
    expect(registry.get('a')).toEqual({ ...toFhir, deadlineMs: 9_000, policies: ['021'] });
    expect(registry.byPolicy('020')).toEqual([]);
    registry.renew('unknown', { deadlineMs: 1 });
    expect(registry.size).toBe(3);
  });

  it('says which are due, earliest first, again and again until they are judged', () => {
    const registry = new SessionRegistry();
    for (const [id, deadlineMs] of [
      ['a', 30],
      ['b', 10],
      ['c', 20],
    ] as const)
      registry.add(session(id, { deadlineMs }));
    expect(registry.nextDeadlineMs()).toBe(10);
    expect(registry.due(20).map(({ id }) => id)).toEqual(['b', 'c']);
    expect(registry.due(20).map(({ id }) => id)).toEqual(['b', 'c']);
    registry.renew('b', { deadlineMs: 50 });
    registry.remove('c');
    expect(registry.due(20)).toEqual([]);
    expect(registry.nextDeadlineMs()).toBe(30);
  });

  it('has no deadline when nothing is open', () => {
    expect(new SessionRegistry().nextDeadlineMs()).toBeNull();
  });
});

describe('the deadline queue', () => {
  it('always knows the earliest deadline, whatever is set, changed and deleted', () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      deadlineMs: fc.option(fc.integer({ min: 0, max: 50 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 50 }), (steps, nowMs) => {
        const queue = new DeadlineQueue();
        const expected = new Map<string, number>();
        for (const { id, deadlineMs } of steps) {
          if (deadlineMs === null) {
            queue.delete(id);
            expected.delete(id);
          } else {
            queue.set(id, deadlineMs);
            expected.set(id, deadlineMs);
          }
          const earliest = Math.min(...expected.values());
          expect(queue.next()?.deadlineMs ?? Number.POSITIVE_INFINITY).toBe(earliest);
        }
        const due = queue.due(nowMs);
        const expectedDue = [...expected].filter(([, deadlineMs]) => deadlineMs <= nowMs).map(([id]) => id);
        expect(new Set(due)).toEqual(new Set(expectedDue));
        expect(due.length).toBe(expectedDue.length);
      }),
    );
  });

  it('does not grow with renewals', () => {
    const queue = new DeadlineQueue();
    for (let round = 0; round < 100_000; round += 1) queue.set('a', round);
    expect(queue.next()).toEqual({ id: 'a', deadlineMs: 99_999 });
  });
});
