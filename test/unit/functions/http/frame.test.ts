import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { entityRef } from '../../../../core/contracts/identifiers.ts';
import { ConflictError, InvalidInputError, VitalgateError } from '../../../../core/errors.ts';
import { readDeviceMessage, refuseSender } from '../../../../functions/http/device-message.ts';
import { ledgerEnvironment, readEnvironment, siteList } from '../../../../functions/http/environment.ts';
import { bodyText, HttpEventSchema, jsonAnswer, parseBody } from '../../../../functions/http/http-event.ts';
import { httpHandler } from '../../../../functions/http/http-handler.ts';
import { problemOf } from '../../../../functions/http/problem.ts';
import { ruleEnvelope } from '../../../fakes/device-messages.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';

const PUMP = entityRef('device', 'north:pump-3');
const PRINT = 'a'.repeat(64);
const REQUEST = { rawPath: '/x', requestContext: { http: { method: 'POST' } } };

describe('an HTTP function', () => {
  const failing = (cause: unknown) => {
    const recorded = recordedLog();
    const handler = httpHandler(() => Promise.reject(cause), recorded.log);
    return { recorded, answer: handler(REQUEST) };
  };

  it('answers what its handler answers, and lets nobody cache it', async () => {
    const handler = httpHandler(() => Promise.resolve(jsonAnswer(200, { ok: true })), recordedLog().log);
    const answer = await handler(REQUEST);
    expect(answer).toMatchObject({ statusCode: 200, body: '{"ok":true}' });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each([
    [new InvalidInputError('ERR_BODY_INVALID', 'bad'), 400, 'ERR_BODY_INVALID'],
    [new InvalidInputError('ERR_BODY_TOO_LARGE', 'large'), 413, 'ERR_BODY_TOO_LARGE'],
    [new ConflictError('ERR_TAKEN', 'taken'), 409, 'ERR_TAKEN'],
    [new VitalgateError('ERR_LEDGER_BUSY', 'busy'), 503, 'ERR_LEDGER_BUSY'],
    [new VitalgateError('ERR_OTHER', 'fault'), 500, 'ERR_OTHER'],
    [new Error('password=hunter2'), 500, 'ERR_INTERNAL'],
  ])('turns what is thrown into a problem with a code', async (cause, status, code) => {
    const { answer, recorded } = failing(cause);
    const { statusCode, body, headers } = await answer;
    expect(statusCode).toBe(status);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code });
    expect(`${body}${recorded.text()}`).not.toContain('hunter2');
    expect(recorded.lines).toHaveLength(status >= 500 ? 1 : 0);
  });

  it('refuses an event that is no request', async () => {
    const handler = httpHandler(() => Promise.resolve(jsonAnswer(200, {})), recordedLog().log);
    expect(await handler({ Records: [] })).toMatchObject({ statusCode: 400 });
  });

  it('names the first place where a body is not as documented, and unknown keys', () => {
    const schema = z.strictObject({ name: z.string() });
    const event = (body: string) => HttpEventSchema.parse({ ...REQUEST, body });
    expect(parseBody(event('{"name":"a"}'), schema, 100)).toEqual({ name: 'a' });
    expect(() => parseBody(event('{"name":1}'), schema, 100)).toThrow(/at name/);
    expect(() => parseBody(event('{"name":"a","more":1}'), schema, 100)).toThrow(/unknown: more/);
    expect(() => parseBody(event(`{"name":"${'a'.repeat(100)}"}`), schema, 100)).toThrow(/ERR_BODY_TOO_LARGE/);
    expect(bodyText(HttpEventSchema.parse({ ...REQUEST, body: 'aGk=', isBase64Encoded: true }))).toBe('hi');
  });

  it('shows nothing of an unknown fault', () => {
    expect(problemOf('a string').detail).not.toContain('a string');
  });
});

describe('a message from a rule', () => {
  const from = { ref: PUMP, thumbprint: PRINT, channel: 'posture', payload: { a: 1 } };

  it('says who sent it by certificate, client and topic, and leaves the payload untouched', () => {
    const message = readDeviceMessage(ruleEnvelope(from));
    expect(message).toMatchObject({ thumbprint: PRINT, clientId: PUMP.id, topicRef: PUMP, channel: 'posture' });
    expect(Buffer.from(message?.bytes ?? []).toString()).toBe('{"a":1}');
  });

  it.each([
    'vg/1/north/d/south:pump-3/posture',
    'vg/2/north/d/north:pump-3/posture',
    'vg/1/north/x/north:pump-3/posture',
    'vg/1/north/d/north:pump-3/posture/more',
    'vg/1/north/d/../posture',
  ])('is unreadable with the topic %s', (topic) => {
    expect(readDeviceMessage(ruleEnvelope({ ...from, topic }))).toBeUndefined();
  });

  it('is believed only when certificate, client and topic agree', () => {
    const message = readDeviceMessage(ruleEnvelope(from));
    if (message === undefined) throw new Error('unreadable');
    const certificate = { ref: PUMP, status: 'active' as const };
    expect(refuseSender(message, certificate)).toBeUndefined();
    expect(refuseSender(message, undefined)).toBe('sender-unknown');
    expect(refuseSender(message, { ...certificate, status: 'revoked' })).toBe('sender-revoked');
    expect(refuseSender({ ...message, clientId: 'north:other' }, certificate)).toBe('sender-foreign-client');
    const gateway = entityRef('gateway', PUMP.id);
    expect(refuseSender({ ...message, topicRef: gateway }, certificate)).toBe('sender-foreign-topic');
  });
});

describe('the environment', () => {
  const schema = z.object({ ...ledgerEnvironment, SITE_IDS: siteList });
  const environment = {
    IDENTITY_TABLE: 'i',
    TRUST_TABLE: 't',
    POLICY_TABLE: 'p',
    AUDIT_TABLE: 'a',
    STATE_SIGNING_KEY: 'k',
    SITE_IDS: 'north, south',
    IOT_DATA_ENDPOINT: '',
  };

  it('is read once, lists split and empty variables absent', () => {
    const config = readEnvironment(schema, environment);
    expect(config.SITE_IDS).toEqual(['north', 'south']);
    expect(config.IOT_DATA_ENDPOINT).toBeUndefined();
  });

  it('names what is missing and never what is there', () => {
    const { TRUST_TABLE: _, ...rest } = environment;
    expect(() => readEnvironment(schema, { ...rest, STATE_SIGNING_KEY: '', IDENTITY_TABLE: 'secret' })).toThrow(
      /TRUST_TABLE, STATE_SIGNING_KEY/,
    );
  });
});
