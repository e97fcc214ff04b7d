import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { byText, synthesiseApplication } from '../fixtures/cloud-application.ts';

const application = await synthesiseApplication();
const functions = application.ofType('AWS::Lambda::Function');

const many = z.union([z.string(), z.array(z.string())]).transform((one) => (typeof one === 'string' ? [one] : one));
const PolicySchema = z.object({
  Roles: z.array(z.object({ Ref: z.string() })),
  PolicyDocument: z.object({
    Statement: z.array(z.object({ Effect: z.literal('Allow'), Action: many, Resource: z.unknown() })),
  }),
});
const RoleOfSchema = z.object({ Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) });

interface Grant {
  readonly action: string;
  readonly resource: string;
}

/** Logical ids end in eight characters of hash. */
const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1).replace(/Function[0-9A-F]{8}$/, '');
const roleOf = (properties: unknown): string => RoleOfSchema.parse(properties).Role['Fn::GetAtt'][0];

function grantsOf(role: string): Grant[] {
  return application
    .ofType('AWS::IAM::Policy')
    .map(([, { Properties }]) => PolicySchema.parse(Properties))
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) => Action.map((action) => ({ action, resource: JSON.stringify(Resource) })));
}

const grants = new Map(functions.map(([id, { Properties }]) => [nameOf(id), grantsOf(roleOf(Properties))]));
const holdersOf = (action: string, resource = ''): string[] =>
  [...grants]
    .filter(([, held]) => held.some((grant) => grant.action === action && grant.resource.includes(resource)))
    .map(([name]) => name)
    .toSorted(byText);

const LEDGER = ['AdminApi', 'Enrolment', 'PolicyAdministrator', 'PostureAnalyzer', 'TrustEvaluator'];

describe('every function', () => {
  it('is there', () => {
    expect([...grants.keys()].toSorted(byText)).toEqual([
      'AdminApi',
      'AuditWriter',
      'CertificateAuthority',
      'Enrolment',
      'GatewayAuthorizer',
      'GroupPolicy',
      'OutboxRelay',
      'PolicyAdministrator',
      'PolicyEngine',
      'PostureAnalyzer',
      'ProvisioningHook',
      'SessionRecorder',
      'TrustEvaluator',
    ]);
  });

  it('has a role that no other has', () => {
    expect(new Set(functions.map(([, { Properties }]) => roleOf(Properties))).size).toBe(functions.length);
  });

  it('has no managed policy and no action with a wildcard', () => {
    for (const [id, { Properties }] of functions) {
      const role = application.ofType('AWS::IAM::Role').find(([one]) => one.endsWith(`/${roleOf(Properties)}`));
      expect(role?.[1].Properties, id).not.toHaveProperty('ManagedPolicyArns');
      for (const { action } of grantsOf(roleOf(Properties))) expect(action, id).not.toContain('*');
    }
  });

  it('runs on the Node of the repository, with a limit on its copies', () => {
    for (const [, { Properties }] of functions)
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', ReservedConcurrentExecutions: expect.any(Number) });
  });
});

describe('what one function may do and its neighbours may not', () => {
  it.each([
    ['DeviceKey', ['CertificateAuthority', 'Enrolment']],
    ['GatewayKey', ['CertificateAuthority', 'Enrolment']],
    ['ResourceKey', ['CertificateAuthority', 'Enrolment']],
    ['RootKey', ['CertificateAuthority']],
    ['StateKey', LEDGER],
    ['AuditKey', ['AuditWriter']],
  ])('signing with %s', (key, holders) => {
    expect(holdersOf('kms:Sign', key)).toEqual(holders);
  });

  it.each([
    ['iot:RegisterCertificate', ['Enrolment']],
    ['iot:CreateThing', ['Enrolment']],
    ['iot:AttachPolicy', ['Enrolment', 'GroupPolicy']],
    ['iot:DetachPolicy', ['GroupPolicy']],
    ['iot:UpdateCertificate', ['Enrolment', 'OutboxRelay']],
    ['iot:AddThingToThingGroup', ['OutboxRelay']],
    ['iot:DeleteConnection', ['OutboxRelay']],
    ['dynamodb:DeleteItem', ['AdminApi']],
    ['events:PutEvents', ['OutboxRelay', 'SessionRecorder']],
    ['s3:PutObject', ['CertificateAuthority', 'PolicyAdministrator']],
    ['s3:ListBucket', ['CertificateAuthority']],
  ])('%s', (action, holders) => {
    expect(holdersOf(action)).toEqual(holders);
  });

  it('publishing state, and heads', () => {
    expect(holdersOf('iot:Publish', '/state')).toEqual([...LEDGER, 'OutboxRelay'].toSorted(byText));
    expect(holdersOf('iot:Publish', '/head')).toEqual(['PolicyAdministrator']);
  });

  it('writing to the audit table', () => {
    expect(holdersOf('dynamodb:PutItem', 'Audit')).toEqual([...LEDGER, 'AuditWriter'].toSorted(byText));
    expect(holdersOf('dynamodb:UpdateItem', 'Audit')).toEqual(['AuditWriter']);
  });

  it('writing to the policy table', () => {
    expect(holdersOf('dynamodb:PutItem', 'Policy')).toEqual(['AdminApi', 'PolicyAdministrator']);
  });

  it('nobody reads a message or an object with the data key but through the service that keeps it', () => {
    const policies = application.ofType('AWS::IAM::Policy').map(([, { Properties }]) => JSON.stringify(Properties));
    const direct = policies.filter((text) => /"kms:Encrypt"|"kms:ReEncrypt/.test(text));
    expect(direct).toEqual([]);
  });
});
