/** Enrolment over one site in memory, with a real PKI and a claim for the pump. */
import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { type EntityRef, entityRef, refKey, siteId, timestamp } from '../../../../core/contracts/identifiers.ts';
import { claimDigest, encodeClaim, newClaimRecord } from '../../../../core/identity/claim.ts';
import { newSubjectRecord } from '../../../../core/ledger/subject-record.ts';
import { createHandler } from '../../../../functions/enrolment/handler.ts';
import { FakeClaimStore } from '../../../fakes/fake-claim-store.ts';
import { FakeDeviceRegistry } from '../../../fakes/fake-device-registry.ts';
import { FakeSite } from '../../../fakes/fake-site.ts';
import { fixedSurroundings } from '../../../fakes/fixed-surroundings.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';
import { createTestPki, createTestSigner, DAY_MS, TEST_NOW_MS } from '../../../fixtures/pki.ts';
import { testEntities } from '../../../fixtures/site.ts';

export const PUMP = entityRef('device', 'north:pump-3');
export const CLAIM = encodeClaim(new Uint8Array(32).fill(7));

x509.cryptoProvider.set(webcrypto);
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface RequestOptions {
  readonly name?: string;
  readonly authority?: boolean;
  readonly weak?: boolean;
}

/** A new key and its request, in PEM. */
export async function certificateRequest(ref: EntityRef, options: RequestOptions = {}): Promise<string> {
  const rsa = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 1024,
  };
  const algorithm = options.weak === true ? rsa : EC;
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [options.name ?? ref.id] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: options.authority === true ? [new x509.BasicConstraintsExtension(true, undefined, true)] : [],
  });
  return request.toString('pem');
}

export async function enrolmentWorld(subject: EntityRef = PUMP, nowMs = TEST_NOW_MS) {
  const site = new FakeSite(siteId('north'), nowMs);
  const { gateway, pump, fhir, emr } = testEntities(nowMs);
  for (const entity of [gateway, pump, fhir, emr]) {
    site.entitiesByKey.set(refKey(entity), entity);
    const ref = { kind: entity.kind, id: entity.id };
    site.subjects.set(refKey(entity), { ...newSubjectRecord(ref), version: 1 });
  }
  const claims = new FakeClaimStore(
    newClaimRecord(claimDigest(CLAIM), subject, {
      issuedBy: 'jo',
      issuedAt: timestamp(nowMs),
      expiresAt: timestamp(nowMs + DAY_MS),
    }),
  );
  const pki = await createTestPki(nowMs);
  const authority = (purpose: 'device' | 'gateway' | 'resource') => ({
    certificatePem: pki[purpose].certificatePem,
    signer: () => Promise.resolve(pki[purpose].signer),
  });
  const registry = new FakeDeviceRegistry();
  const surroundings = fixedSurroundings(nowMs);
  const recorded = recordedLog();
  const handler = createHandler({
    claims,
    registry,
    authorities: { device: authority('device'), gateway: authority('gateway'), resource: authority('resource') },
    anchors: { root: [pki.root.certificatePem], ...pki.anchors },
    keys: () => Promise.resolve(createTestSigner('state').jwks),
    mqtt: 'mqtts://broker.test:8883',
    ledger: site,
    reader: site,
    reference: site,
    surroundings,
    log: recorded.log,
    metrics: recorded.metrics,
  });
  const post = async (body: unknown) => {
    const { statusCode, body: text } = await handler({
      rawPath: '/v1/enrolments',
      requestContext: { http: { method: 'POST' } },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: statusCode, body: JSON.parse(text) as Record<string, unknown> };
  };
  return {
    site,
    claims,
    pki,
    registry,
    surroundings,
    recorded,
    post,
    subject: () => site.subjects.get(refKey(subject)),
  };
}
