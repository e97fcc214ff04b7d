/**
 * What cdk-nag finds and we leave, each with its reason. An acknowledgement is of one finding on one construct, or on
 * every construct of one kind where the reason is the same for all; one that fits nothing is an error, so none outlives
 * its cause.
 */
import { type App, CfnResource, type Stack, Token, Validations } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import * as z from 'zod';
import type { Settings } from './settings.ts';
import type { Vitalgate } from './vitalgate.ts';

interface Acknowledgement {
  /** Paths of constructs below the application, or a kind of resource. */
  readonly at: readonly string[] | ((resource: CfnResource) => boolean);
  readonly ids: readonly string[];
  readonly reason: string;
}

const solutions = (rule: string): string => `AwsSolutions::AwsSolutions-${rule}`;
const hipaa = (rule: string): string => `HIPAA.Security::HIPAA.Security-${rule}`;
const wildcard = (resource: string): string => solutions(`IAM5[Resource::${resource}]`);

export function acknowledgeFindings(app: App, vitalgate: Vitalgate, settings: Settings): void {
  for (const one of [...EVERYWHERE, ...STORAGE, ...FUNCTIONS, ...QUEUES, ...API, ...permissions(vitalgate, settings)])
    acknowledge(app, one);
  for (const one of settings.local ? LOCAL : onAws(vitalgate)) acknowledge(app, one);
}

function acknowledge(app: App, { at, ids, reason }: Acknowledgement): void {
  const constructs =
    typeof at === 'function'
      ? app.node.findAll().filter((one) => isResource(one) && at(one))
      : at.map((path) => find(app, path));
  if (constructs.length === 0) throw new Error(`Nothing to acknowledge ${ids.join(', ')} on`);
  for (const construct of constructs) Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}

const isResource = (construct: IConstruct): construct is CfnResource => CfnResource.isCfnResource(construct);

function find(app: App, path: string): IConstruct {
  let construct: IConstruct = app;
  for (const id of path.split('/')) construct = construct.node.findChild(id);
  return construct;
}

const EVERYWHERE: readonly Acknowledgement[] = [
  {
    at: (resource) => resource instanceof CfnPolicy,
    ids: [hipaa('IAMNoInlinePolicy')],
    reason:
      'Each of these policies belongs to one role and goes with it; a managed one could be attached to a second role by mistake.',
  },
  {
    at: (resource) => resource instanceof CfnFunction,
    ids: [hipaa('LambdaInsideVPC')],
    reason:
      'The functions call AWS services only, over TLS and under their own roles; they reach nothing inside a network, and nothing reaches them but through those services.',
  },
];

const STORAGE: readonly Acknowledgement[] = [
  {
    at: ['vitalgate-data/AccessLogs', 'vitalgate-data/Bundles', 'vitalgate-data/AuditBodies'],
    ids: [hipaa('S3BucketReplicationEnabled')],
    reason:
      'Patient-related records stay in the region the hospital chose. Versions, object lock and the audit tables bring objects back; bundles are made anew from the tables.',
  },
  {
    at: ['vitalgate-data/AccessLogs'],
    ids: [hipaa('S3DefaultEncryptionKMS')],
    reason: 'S3 delivers access logs only to buckets with its own managed encryption.',
  },
];

/** Of what the local endpoint lacks. */
const onAws = ({ iot }: Vitalgate): Acknowledgement[] => [
  {
    at: ['vitalgate-iot/Logging/Role'],
    ids: [wildcard(arnOf(iot, 'logs', 'log-group:AWSIotLogsV2:*'))],
    reason: 'Log streams of one named log group; IoT Core names them itself.',
  },
  {
    at: ['vitalgate-data/Recovery/Plan/Tables/Role'],
    ids: [
      solutions('IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]'),
    ],
    reason:
      "The role is AWS Backup's own and takes the policy that AWS keeps for it; it can make backups and cannot restore.",
  },
];

const LOCAL: readonly Acknowledgement[] = [
  {
    at: ['vitalgate-iot/GroupPolicy'],
    ids: [wildcard('*')],
    reason: 'The local endpoint authorises iot:AttachPolicy on no target; on AWS it is the one group.',
  },
  {
    at: ['Identity', 'Baseline', 'Trust', 'Session', 'Policy', 'Audit'].map((table) => `vitalgate-data/${table}`),
    ids: [hipaa('DynamoDBInBackupPlan')],
    reason: 'The local endpoint has no backup selections; the template for AWS has the plan.',
  },
  {
    at: ['Posture', 'Evidence', 'Sessions', 'Audit', 'Changes']
      .flatMap((name) => [`${name}/Queue`, `${name}/DeadLetters`])
      .concat('OutboxDeadLetters')
      .map((queue) => `vitalgate-engine/${queue}`),
    ids: [solutions('SQS4')],
    reason: 'The local endpoint takes the messages of its own rules for plaintext; the template for AWS demands TLS.',
  },
];

const FUNCTIONS: readonly Acknowledgement[] = [
  {
    at: ['Enrolment', 'PolicyEngine', 'AdminApi', 'GatewayAuthorizer', 'ProvisioningHook']
      .map((name) => `vitalgate-engine/${name}`)
      .concat('vitalgate-pki/CertificateAuthority', 'vitalgate-iot/GroupPolicy'),
    ids: [hipaa('LambdaDLQ')],
    reason: 'Its caller waits for the answer and learns of a failure at once; there is no message that could be lost.',
  },
  {
    at: ['PostureAnalyzer', 'SessionRecorder', 'OutboxRelay'].map((name) => `vitalgate-engine/${name}`),
    ids: [hipaa('LambdaDLQ')],
    reason: 'It is fed by a queue or a stream, which keeps what failed and moves it to dead letters of its own.',
  },
];

const QUEUES: readonly Acknowledgement[] = [
  {
    at: ['vitalgate-engine/OutboxDeadLetters'],
    ids: [solutions('SQS3')],
    reason: 'It is the dead letters of the stream that the relay follows; people read it, nothing consumes it.',
  },
];

const API: readonly Acknowledgement[] = [
  {
    at: ['vitalgate-api/Api/POST--v1--enrolments'],
    ids: [solutions('APIG4')],
    reason:
      'Who enrols has no identity yet: the function takes a one-time claim, kept as a digest, and a request signed with the new key.',
  },
  {
    at: ['vitalgate-api/Api/GET--v1--keys'],
    ids: [solutions('APIG4')],
    reason: 'Public verification keys: anyone may check what we signed.',
  },
  {
    at: ['vitalgate-api/Api/GET--openapi.json', 'vitalgate-api/Api/GET--.well-known--authzen-configuration'],
    ids: [solutions('APIG4')],
    reason: 'Metadata for clients, the same for all; AuthZEN 1.0 has it readable before authentication.',
  },
];

/** Wildcards that stand for names that do not exist yet: certificates, things of a site, objects of a bucket. */
function permissions({ data, engine }: Vitalgate, settings: Settings): Acknowledgement[] {
  const iot = (name: string): string => wildcard(arnOf(engine, 'iot', name));
  const roles = (...names: string[]): string[] => names.map((name) => `vitalgate-engine/${name}/Role`);
  const registry = [...roles('Enrolment', 'OutboxRelay'), 'vitalgate-iot/Provisioning/Role'];
  return [
    {
      at: roles('PostureAnalyzer', 'TrustEvaluator', 'Enrolment', 'PolicyAdministrator', 'AdminApi', 'OutboxRelay'),
      ids: [iot('topic/vg/1/*/g/*/state')],
      reason:
        'A change of a site is sent to each of its gateways, and gateways come and go; only the kind of message is fixed.',
    },
    {
      at: roles('PolicyAdministrator'),
      ids: [iot('topic/vg/1/*/g/*/head')],
      reason: 'Heads go to each gateway of each site; only the kind of message is fixed.',
    },
    {
      at: roles('Enrolment'),
      ids: [wildcard('*')],
      reason: 'iot:RegisterCertificate takes no resource: a certificate has no name before it is registered.',
    },
    {
      at: roles('OutboxRelay'),
      ids: [wildcard('*')],
      reason: 'dynamodb:ListStreams takes no resource; Lambda calls it with this role when it follows the stream.',
    },
    {
      at: registry,
      ids: [iot('cert/*'), ...settings.sites.map((site) => iot(`thing/${site}:*`))],
      reason:
        'Certificates are named by their digest and things after devices that enrol later; the actions are the few that enrolment or quarantine takes.',
    },
    {
      at: roles('OutboxRelay'),
      ids: settings.sites.map((site) => iot(`client/${site}:*`)),
      reason: 'It closes the connection of whichever device of the site has a compromised key.',
    },
    {
      at: roles('PolicyAdministrator', 'PolicyEngine'),
      ids: [wildcard(`${exportOf(data, data.bundles.bucketArn)}/bundles/*`)],
      reason: 'One object a bundle version; nothing else lies under this prefix.',
    },
  ];
}

/** As cdk-nag writes it: what is not known before deployment stands in angle brackets. */
const arnOf = ({ partition, region, account }: Stack, service: string, resource: string): string =>
  `arn:${shown(partition, 'Partition')}:${service}:${shown(region, 'Region')}:${shown(account, 'AccountId')}:${resource}`;

const shown = (value: string, name: string): string => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);

/** cdk-nag names a value of another stack by its export. */
function exportOf(stack: Stack, arn: string): string {
  const imported: unknown = stack.resolve(stack.exportValue(arn));
  return z.object({ 'Fn::ImportValue': z.string() }).parse(imported)['Fn::ImportValue'];
}
