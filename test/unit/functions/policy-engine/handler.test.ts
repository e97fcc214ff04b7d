import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sealBundle } from '../../../../core/bundle/seal-bundle.ts';
import type { SubjectState } from '../../../../core/contracts/site-state.ts';
import { genesisLedger, type LedgerRecord } from '../../../../core/ledger/ledger-record.ts';
import { LedgerView } from '../../../../core/ledger/ledger-view.ts';
import { createHandler } from '../../../../functions/policy-engine/handler.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { createTestSigner } from '../../../fixtures/pki.ts';
import { createTestSite, GATEWAY_ID, NORTH, type TestSite } from '../../../fixtures/site.ts';

const POLICIES = [
  {
    id: '100-devices',
    cedar: 'permit (principal is Vitalgate::Device, action, resource) when { context.subject.trustLevel >= 3 };',
  },
];
const ACCESS = {
  subject: { type: 'device', id: 'north:pump-3' },
  action: { name: 'tcp:connect' },
  resource: { type: 'resource', id: 'north:telemetry' },
};
const ENGINEER = { sub: 'kim', 'vitalgate:roles': ['security-engineer'], 'vitalgate:site': 'north' };
let site: TestSite;

beforeAll(async () => {
  site = await createTestSite({ policies: POLICIES });
});

const AnswerSchema = z.looseObject({
  decision: z.boolean().optional(),
  code: z.string().optional(),
  context: z
    .looseObject({ reasons: z.array(z.string()).optional(), counterfactual: z.unknown().optional() })
    .optional(),
  evaluations: z.array(z.looseObject({ decision: z.boolean(), context: z.looseObject({}) })).optional(),
});

function createStage() {
  const recorded = recordedLog();
  let ledger: LedgerRecord = { ...genesisLedger(NORTH), bundleVersion: 1, bundleDigest: site.sealed.digest };
  const withSubjects = (subjects: readonly SubjectState[]) => new LedgerView(ledger, subjects, []);
  let view = withSubjects(site.snapshot.subjects);
  const bundles = new Map<string, string>([[site.sealed.digest, site.sealed.token]]);
  const reads: string[] = [];
  const handler = createHandler({
    sites: [NORTH],
    state: { current: () => Promise.resolve({ ledger, view }) },
    bundles: {
      get: (_site, _version, digest) => {
        reads.push(digest);
        return Promise.resolve(bundles.get(digest));
      },
    },
    keys: () => Promise.resolve(site.keys),
    baseUrl: 'https://api.example/',
    surroundings: { nowMs: () => site.nowMs },
    log: recorded.log,
  });
  const call = async (path: string, body: unknown, claims: object | null = ENGINEER, headers: object = {}) => {
    const answer = await handler({
      rawPath: path,
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      requestContext: {
        http: { method: body === null ? 'GET' : 'POST' },
        ...(claims === null ? {} : { authorizer: { jwt: { claims } } }),
      },
    });
    return { ...answer, document: AnswerSchema.parse(JSON.parse(answer.body)) };
  };
  return {
    recorded,
    bundles,
    reads,
    evaluation: (body: unknown, claims?: object | null, headers?: object) =>
      call('/access/v1/evaluation', body, claims, headers),
    evaluations: (body: unknown, claims?: object | null) => call('/access/v1/evaluations', body, claims),
    get: (path: string) => call(path, null, null),
    setLedger: (changes: Partial<LedgerRecord>) => {
      ledger = { ...ledger, ...changes };
    },
    /** The state is read anew, with another trust level of the pump. */
    setPumpLevel: (level: 0 | 1 | 2 | 3 | 4) => {
      view = withSubjects(
        site.snapshot.subjects.map((subject) =>
          subject.ref.id === 'north:pump-3' && subject.trust !== null
            ? { ...subject, trust: { ...subject.trust, level } }
            : subject,
        ),
      );
    },
  };
}

let stage: ReturnType<typeof createStage>;
beforeEach(() => {
  stage = createStage();
});

describe('policy-engine: one evaluation', () => {
  it('allows by the bundle and the state in force, and says by which policies', async () => {
    const { statusCode, document } = await stage.evaluation(ACCESS);
    expect(statusCode).toBe(200);
    expect(document).toMatchObject({ decision: true, context: { policies: ['100-devices'], bundleVersion: 1 } });
  });

  it('denies with reasons and the smallest change that would allow', async () => {
    stage.setPumpLevel(2);
    const { document } = await stage.evaluation(ACCESS);
    expect(document.decision).toBe(false);
    expect(document.context?.reasons).not.toEqual([]);
    expect(document.context?.counterfactual).toMatchObject({
      clause: expect.any(String),
      changes: [{ from: 2, to: 3 }],
    });
  });

  it('follows the state from one request to the next, and reads the bundle once', async () => {
    expect((await stage.evaluation(ACCESS)).document.decision).toBe(true);
    stage.setPumpLevel(0);
    expect((await stage.evaluation(ACCESS)).document.decision).toBe(false);
    stage.setPumpLevel(4);
    expect((await stage.evaluation(ACCESS)).document.decision).toBe(true);
    expect(stage.reads).toHaveLength(1);
  });

  it('decides by a new bundle from the moment that the ledger names it', async () => {
    await stage.evaluation(ACCESS);
    const order = { site: NORTH, gateways: [GATEWAY_ID], version: 2, nowMs: site.nowMs, signer: site.signer };
    const next = await sealBundle({ ...site.content, policies: [] }, order);
    stage.bundles.set(next.digest, next.token);
    stage.setLedger({ bundleVersion: 2, bundleDigest: next.digest });
    expect((await stage.evaluation(ACCESS)).document).toMatchObject({ decision: false, context: { bundleVersion: 2 } });
  });

  it('denies who is not known, and everyone at a site that nothing was published for', async () => {
    const stranger = { ...ACCESS, subject: { type: 'device', id: 'south:pump-3' } };
    expect((await stage.evaluation(stranger)).document.decision).toBe(false);
    stage.setLedger({ bundleVersion: 0 });
    expect((await stage.evaluation(ACCESS)).document).toMatchObject({
      decision: false,
      context: { reasons: ['bundle-missing'] },
    });
  });

  it.each([
    ['is not there', undefined],
    ['is not signed by the state key', 'forged'],
  ])('answers no decision when the stored bundle %s', async (_name, kind) => {
    const signer = createTestSigner('state-1');
    const forged = await sealBundle(site.content, {
      site: NORTH,
      gateways: [GATEWAY_ID],
      version: 1,
      nowMs: site.nowMs,
      signer,
    });
    if (kind === undefined) stage.bundles.clear();
    else stage.bundles.set(site.sealed.digest, forged.token);
    const { statusCode, document } = await stage.evaluation(ACCESS);
    expect(statusCode).toBe(500);
    expect(document.decision).toBeUndefined();
    expect(stage.recorded.lines).toMatchObject([{ code: 'request-failed' }]);
  });

  it.each([
    ['no JSON', '{', 'ERR_BODY_NOT_JSON'],
    ['no subject', { ...ACCESS, subject: undefined }, 'ERR_BODY_INVALID'],
    ['a context of the wrong form', { ...ACCESS, context: { stage: 'never' } }, 'context-malformed'],
  ])('refuses %s with a code', async (_name, body, code) => {
    const { statusCode, document } = await stage.evaluation(body);
    expect(statusCode).toBe(400);
    expect(document.code).toBe(code);
  });

  it('refuses a body that is too large unread', async () => {
    expect((await stage.evaluation(' '.repeat(70_000))).statusCode).toBe(413);
  });

  it('gives the caller its request id back', async () => {
    const { headers } = await stage.evaluation(ACCESS, ENGINEER, { 'x-request-id': 'r-1' });
    expect(headers['x-request-id']).toBe('r-1');
  });
});

describe('policy-engine: who may ask', () => {
  const nurse = { sub: 'north:nurse-ada', 'vitalgate:roles': '[nurse]', 'vitalgate:site': 'north' };

  it('answers without an overseeing role about oneself only', async () => {
    const about = { ...ACCESS, subject: { type: 'user', id: 'north:nurse-ada' } };
    expect((await stage.evaluation(about, nurse)).statusCode).toBe(200);
    const refused = await stage.evaluation(ACCESS, nurse);
    expect(refused).toMatchObject({ statusCode: 403, document: { code: 'caller-may-not-ask' } });
  });

  it.each([
    ['nobody', null, 'caller-unknown'],
    ['a token without a site', { sub: 'x', 'vitalgate:roles': ['auditor'] }, 'caller-unknown'],
    ['a token of a site that is not served', { ...ENGINEER, 'vitalgate:site': 'south' }, 'site-unknown'],
  ])('refuses %s', async (_name, claims, code) => {
    expect(await stage.evaluation(ACCESS, claims)).toMatchObject({ statusCode: 403, document: { code } });
  });
});

describe('policy-engine: several evaluations', () => {
  const DENIED = { resource: { type: 'resource', id: 'north:nothing' } };

  it('answers each in its place, with what they have in common said once', async () => {
    const { document } = await stage.evaluations({ ...ACCESS, evaluations: [{}, DENIED, {}] });
    expect(document.evaluations?.map(({ decision }) => decision)).toEqual([true, false, true]);
  });

  it.each([
    ['deny_on_first_deny', [{}, DENIED, {}], [true, false]],
    ['permit_on_first_permit', [DENIED, {}, {}], [false, true]],
  ])('stops as %s says', async (semantic, evaluations, decisions) => {
    const options = { evaluations_semantic: semantic };
    const { document } = await stage.evaluations({ ...ACCESS, evaluations, options });
    expect(document.evaluations?.map(({ decision }) => decision)).toEqual(decisions);
  });

  it('denies what cannot be judged with its error, and goes on', async () => {
    const { document } = await stage.evaluations({ ...ACCESS, evaluations: [{ action: { name: '' } }, {}] });
    expect(document.evaluations).toMatchObject([
      { decision: false, context: { error: { status: 400 } } },
      { decision: true },
    ]);
  });

  it('is one evaluation when there is no list', async () => {
    expect((await stage.evaluations(ACCESS)).document.decision).toBe(true);
  });

  it('refuses an unknown semantic and too long a list', async () => {
    const options = { evaluations_semantic: 'guess' };
    expect((await stage.evaluations({ ...ACCESS, evaluations: [{}], options })).statusCode).toBe(400);
    expect((await stage.evaluations({ ...ACCESS, evaluations: Array(65).fill({}) })).statusCode).toBe(400);
  });
});

describe('policy-engine: metadata', () => {
  it('names its endpoints to everyone', async () => {
    const { statusCode, document } = await stage.get('/.well-known/authzen-configuration');
    expect(statusCode).toBe(200);
    expect(document).toEqual({
      policy_decision_point: 'https://api.example',
      access_evaluation_endpoint: 'https://api.example/access/v1/evaluation',
      access_evaluations_endpoint: 'https://api.example/access/v1/evaluations',
    });
  });

  it('knows no other address', async () => {
    expect((await stage.get('/access/v1/search')).statusCode).toBe(404);
  });
});
