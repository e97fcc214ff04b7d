import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SessionEvent, SessionEventSchema } from '../../../../core/contracts/gateway-report.ts';
import { entityRef, timestamp } from '../../../../core/contracts/identifiers.ts';
import { createHandler } from '../../../../functions/session-recorder/handler.ts';
import { FakeCertificateDirectory } from '../../../fakes/fake-certificate-directory.ts';
import { FakeEventBus } from '../../../fakes/fake-event-bus.ts';
import { FakeSessionStore } from '../../../fakes/fake-session-store.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { createTestPki, TEST_NOW_MS, type TestLeaf } from '../../../fixtures/pki.ts';
import { queueEvent, type RuleMessage, ruleBody } from '../../../fixtures/rule-messages.ts';

const SESSION = '3f0c9f2e-7a52-4b7e-9d1c-5a1f0d8b6a01';
const BOOT = 'a1b7a4de-0d3e-4c64-8f57-0f2b9c3d4e02';
let gateway: TestLeaf;
let neighbour: TestLeaf;
let pump: TestLeaf;

beforeAll(async () => {
  const pki = await createTestPki();
  gateway = await pki.issue(entityRef('gateway', 'north:gw-1'));
  neighbour = await pki.issue(entityRef('gateway', 'north:gw-2'));
  pump = await pki.issue(entityRef('device', 'north:pump-3'));
});

const told = (event: SessionEvent['event'], seq: number, changes: object = {}): SessionEvent =>
  SessionEventSchema.parse({
    schema: 'vitalgate.session-event/1',
    site: 'north',
    gateway: 'north:gw-1',
    bootId: BOOT,
    seq,
    at: timestamp(TEST_NOW_MS + seq * 1000),
    event,
    sessionId: SESSION,
    subject: entityRef('device', 'north:pump-3'),
    device: null,
    object: entityRef('resource', 'north:fhir'),
    verb: 'tcp:connect',
    direction: 'outbound',
    protocol: 'http',
    thumbprint: 'c'.repeat(64),
    openedAt: timestamp(TEST_NOW_MS),
    deadlineAt: null,
    reasons: [],
    protection: null,
    ...changes,
  });

const OPENED = told('session-opened', 1);
const ALARM = told('session-alarm', 2, { reasons: ['posture-failing'], protection: 'north:protect-1' });
const CUT = told('session-cut', 3, { reasons: ['trust-insufficient'] });
const CLOSED = told('session-closed', 3);

function createStage() {
  const sessions = new FakeSessionStore();
  const bus = new FakeEventBus();
  const recorded = recordedLog();
  const directory = new FakeCertificateDirectory(gateway, neighbour, pump);
  const handler = createHandler({ directory, sessions, bus, ...recorded });
  const send = (...messages: readonly (SessionEvent | Partial<RuleMessage>)[]) =>
    handler(
      queueEvent(
        ...messages.map((one) =>
          ruleBody({ leaf: gateway, channel: 'sessions', payload: one, ...('schema' in one ? {} : one) }),
        ),
      ),
    );
  return { sessions, bus, recorded, directory, send, held: () => sessions.sessions.get(SESSION) };
}

let stage: ReturnType<typeof createStage>;
beforeEach(() => {
  stage = createStage();
});

describe('session-recorder', () => {
  it('keeps an opened session as open, and tells the bus without content', async () => {
    await stage.send(OPENED);
    expect(stage.held()?.session).toMatchObject({ status: 'open', endedAt: null, subject: { id: 'north:pump-3' } });
    expect(stage.bus.events).toMatchObject([
      { type: 'session.opened', detail: { site: 'north', sessionId: SESSION, subject: 'north:pump-3' } },
    ]);
  });

  it('keeps when and why a session was cut', async () => {
    await stage.send(OPENED);
    await stage.send(CUT);
    expect(stage.held()?.session).toMatchObject({
      status: 'cut',
      endedAt: CUT.at,
      reasons: ['trust-insufficient'],
    });
    expect(stage.bus.events.at(-1)).toMatchObject({ type: 'session.cut', detail: { reasons: 'trust-insufficient' } });
  });

  it('does not open again what has ended when events overtake each other', async () => {
    await stage.send(CLOSED);
    await stage.send(OPENED);
    expect(stage.held()?.session.status).toBe('closed');
  });

  it('keeps an alarm that the end of its session has overtaken', async () => {
    await stage.send(CUT);
    await stage.send(ALARM);
    expect(stage.held()).toMatchObject({
      session: { status: 'cut' },
      alarm: { reasons: ['posture-failing'], protection: 'north:protect-1' },
    });
  });

  it('tells again what comes again: the bus hears everything at least once', async () => {
    stage.bus.fault = new Error('the bus is away');
    expect((await stage.send(OPENED)).batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    stage.bus.fault = null;
    await stage.send(OPENED);
    expect(stage.bus.events).toHaveLength(1);
  });

  it('names the message that failed and no other', async () => {
    stage.bus.emit = (events) =>
      events[0]?.type === 'session.cut' ? Promise.reject(new Error('no')) : Promise.resolve();
    expect((await stage.send(OPENED, CUT)).batchItemFailures).toEqual([{ itemIdentifier: 'm2' }]);
  });

  it.each<[string, () => Partial<RuleMessage>, string]>([
    ['of a neighbour gateway', () => ({ leaf: neighbour, payload: OPENED }), 'session-event-foreign'],
    ['from a device', () => ({ leaf: pump, payload: OPENED }), 'session-event-foreign'],
    [
      'under a foreign topic',
      () => ({ topic: 'vg/1/north/g/north:gw-2/sessions', payload: OPENED }),
      'sender-foreign-topic',
    ],
    ['under a foreign client id', () => ({ clientId: 'north:gw-2', payload: OPENED }), 'sender-foreign-client'],
    ['with an unknown certificate', () => ({ thumbprint: 'd'.repeat(64), payload: OPENED }), 'sender-unknown'],
    [
      'about another site',
      () => ({ payload: { ...OPENED, object: entityRef('resource', 'south:fhir') } }),
      'session-event-foreign',
    ],
    ['with an unknown member', () => ({ payload: { ...OPENED, more: 1 } }), 'session-event-malformed'],
    ['that is not JSON', () => ({ payload: 'not json' }), 'session-event-malformed'],
  ])('refuses an event %s, counts it and keeps nothing', async (_name, message, reason) => {
    const answer = await stage.send(message());
    expect(answer.batchItemFailures).toEqual([]);
    expect(stage.recorded.lines).toMatchObject([{ code: 'session-event-refused', reason }]);
    expect(stage.recorded.counted).toEqual(['SessionEventRefused']);
    expect(stage.sessions.sessions.size + stage.bus.events.length).toBe(0);
  });

  it('refuses a revoked gateway', async () => {
    stage.directory.issue(gateway, 'revoked');
    await stage.send(OPENED);
    expect(stage.recorded.lines).toMatchObject([{ reason: 'sender-revoked' }]);
  });

  it('lets a message go that no rule of ours has sent', async () => {
    const answer = await createHandler({ ...stage, ...stage.recorded })(queueEvent('{}'));
    expect(answer.batchItemFailures).toEqual([]);
    expect(stage.recorded.lines).toMatchObject([{ code: 'message-unreadable' }]);
  });
});
