/** The administration API over one site in memory, called as the HTTP API calls it. */
import * as z from 'zod';
import type { AuditRecord } from '../../../../core/contracts/audit-record.ts';
import type { Policy } from '../../../../core/contracts/bundle.ts';
import type { Entity } from '../../../../core/contracts/entities.ts';
import { type EntityRef, refKey, siteId, timestamp } from '../../../../core/contracts/identifiers.ts';
import { newSubjectRecord, type SubjectRecord } from '../../../../core/ledger/subject-record.ts';
import { sha256Hex } from '../../../../core/signing/digest.ts';
import type { KeptSession } from '../../../../functions/adapters/ports/session-store.ts';
import { createHandler } from '../../../../functions/admin-api/handler.ts';
import { createLog } from '../../../../functions/http/log.ts';
import { FakeSite } from '../../../fakes/fake-site.ts';

export const NOW_MS = Date.parse('2026-11-23T12:00:00.000Z');
export const LATER = '2027-11-01T00:00:00Z';
export const ALIAS = 'a8f2k1m9z0q7c3x5';
const NORTH = siteId('north');

const owner = (name: string) => ({ name, expiresAt: LATER });
export const OWNERS = { clinical: owner('A. Weber'), biomedical: owner('J. Okafor'), security: owner('M. Lindqvist') };

export const PUMP = {
  kind: 'device',
  id: 'north:pump-3',
  groups: [],
  owners: OWNERS,
  category: 'infusion-pump',
  manufacturer: 'Acme',
  model: 'IP-200',
  firmware: null,
  ward: 'icu',
  zone: 'bedside',
  criticality: 'therapy',
  securityLevel: 2,
  identifiers: { serial: 'SN-1' },
  services: [],
  behind: null,
};
export const FHIR = {
  kind: 'resource',
  id: 'north:fhir',
  groups: [],
  owners: OWNERS,
  alias: ALIAS,
  protocol: 'http',
  upstream: { host: '127.0.0.1', port: 9080, tls: true },
  category: 'fhir',
  criticality: 'therapy',
  dataClass: 'clinical',
  zone: 'clinical',
  requiredLevel: 3,
};
export const GATEWAY = { kind: 'gateway', id: 'north:gw-1', groups: [], owners: OWNERS, zone: 'clinical' };
export const NURSE = {
  kind: 'user',
  id: 'north:nurse-ada',
  groups: [],
  owners: OWNERS,
  displayName: 'Ada',
  roles: ['nurse'],
  wards: ['icu'],
};

export const SHIPPED: readonly Policy[] = [
  {
    id: '900-nothing-at-night',
    cedar:
      '@id("900-nothing-at-night")\n@reason("outside-hours")\nforbid (principal, action, resource) when { context.environment.trustLevel < 0 };',
  },
];

const SENTENCES = { 'content-type': 'application/json' };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read documents of many shapes
  readonly body: any;
}

export interface CallOptions {
  readonly roles?: readonly string[] | string;
  readonly site?: string;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly anonymous?: boolean;
}

export class AdminWorld {
  readonly site = new FakeSite(NORTH, NOW_MS);
  readonly sessions: KeptSession[] = [];
  readonly logged: string[] = [];
  readonly #handle: ReturnType<typeof createHandler>;
  #ids = 0;

  constructor(shipped: readonly Policy[] = SHIPPED) {
    this.#handle = createHandler({
      sites: [NORTH],
      ledger: this.site,
      reader: this.site,
      content: this.site,
      aliases: this.site,
      reference: this.site,
      audit: this.site,
      sessions: {
        find: (_, id) => Promise.resolve(this.sessions.find(({ session }) => session.sessionId === id)),
        page: () => Promise.resolve({ items: this.sessions }),
      },
      keys: () =>
        Promise.resolve({
          keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'never', kid: 'state', alg: 'ES256', use: 'sig' }],
        }),
      shippedPolicies: shipped,
      baseUrl: undefined,
      surroundings: {
        nowMs: () => this.site.nowMs,
        randomBytes: (count) => new Uint8Array(count).fill(7),
        randomUuid: () => `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}`,
        sleep: () => Promise.resolve(),
      },
      log: createLog('admin-api', (line) => this.logged.push(line)),
    });
  }

  async call(target: string, options: CallOptions = {}): Promise<Answer> {
    const [method = 'GET', path = ''] = target.split(' ');
    const [rawPath, rawQueryString = ''] = path.split('?');
    const claims = {
      sub: 'kim',
      'vitalgate:roles': options.roles ?? '[security-engineer]',
      'vitalgate:site': options.site ?? 'north',
    };
    const answer = await this.#handle({
      version: '2.0',
      rawPath,
      rawQueryString,
      headers: { ...SENTENCES, ...options.headers },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.rawBody === undefined ? {} : { body: options.rawBody }),
      isBase64Encoded: false,
      requestContext: {
        domainName: 'api.example',
        http: { method, path: rawPath },
        ...(options.anonymous === true ? {} : { authorizer: { jwt: { claims } } }),
      },
    });
    const { statusCode, headers, body } = answer;
    return { status: statusCode, headers, body: body === '' ? null : z.json().parse(JSON.parse(body)) };
  }

  post(path: string, body: unknown, roles?: CallOptions['roles']): Promise<Answer> {
    return this.call(`POST ${path}`, { body, ...(roles === undefined ? {} : { roles }) });
  }

  put(path: string, body: unknown, precondition: Readonly<Record<string, string>>): Promise<Answer> {
    return this.call(`PUT ${path}`, { body, headers: precondition });
  }

  async register(...bodies: readonly object[]): Promise<void> {
    for (const body of bodies) {
      const { status, body: answer } = await this.post('/v1/entities', body);
      if (status !== 201) throw new Error(JSON.stringify(answer));
    }
  }

  /** As enrolment leaves it: with a certificate in force. */
  enrol(ref: EntityRef, changes: Partial<SubjectRecord> = {}): string {
    const thumbprint = sha256Hex(refKey(ref));
    const status = {
      thumbprint,
      serial: '1a',
      notAfter: timestamp(NOW_MS + 86_400_000 * 365),
      status: 'active',
    } as const;
    const certificate = { ...status, ref, pem: '-----BEGIN CERTIFICATE-----' };
    this.site.certificates.set(thumbprint, certificate);
    this.site.subjects.set(refKey(ref), {
      ...newSubjectRecord(ref),
      version: 1,
      state: 'enrolled',
      certificates: [status],
      ...changes,
    });
    return thumbprint;
  }

  entity(key: string): Entity | undefined {
    return this.site.entitiesByKey.get(key);
  }

  /** The events of the audit trail, in order. */
  story(): readonly string[] {
    return this.site.auditTrail.map(({ event }) => event);
  }

  lastRecord(): AuditRecord | undefined {
    return this.site.auditTrail.at(-1);
  }
}
