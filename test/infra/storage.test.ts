import { describe, expect, it } from 'vitest';
import { synthesiseApplication } from '../fixtures/cloud-application.ts';

const application = await synthesiseApplication();
const TABLES = ['Identity', 'Baseline', 'Trust', 'Session', 'Policy', 'Audit'];

describe('tables', () => {
  const tables = application.ofType('AWS::DynamoDB::Table');
  const table = (name: string) => tables.find(([id]) => id.startsWith(`vitalgate-data/${name}`))?.[1].Properties ?? {};

  it('are the six of the design', () => {
    expect(tables).toHaveLength(TABLES.length);
    for (const name of TABLES) expect(table(name)).toHaveProperty('KeySchema');
  });

  it.each(tables)(
    '%s is on demand, encrypted with the data key, recoverable, protected and retained',
    (_, resource) => {
      expect(resource).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: expect.anything() },
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        },
      });
    },
  );

  it('streams new images of trust, and of nothing else', () => {
    expect(table('Trust')).toMatchObject({ StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
    expect(tables.filter(([, { Properties }]) => 'StreamSpecification' in Properties)).toHaveLength(1);
  });

  it.each(['Identity', 'Trust', 'Session'])('%s lets records end by themselves', (name) => {
    expect(table(name)).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expiresAtEpochSeconds', Enabled: true },
    });
  });

  it('never lets an audit record end by itself', () => {
    expect(table('Audit')).not.toHaveProperty('TimeToLiveSpecification');
  });

  it.each([
    ['Audit', 'by-site'],
    ['Session', 'by-site'],
    ['Trust', 'due'],
  ])('%s has the index %s', (name, index) => {
    expect(table(name)).toMatchObject({ GlobalSecondaryIndexes: [{ IndexName: index }] });
  });

  it('are all in the daily backup plan', () => {
    const selections = application.ofType('AWS::Backup::BackupSelection').map(([, { Properties }]) => Properties);
    expect(selections).toMatchObject([
      { BackupSelection: { Resources: tables.map(([id]) => ({ 'Fn::GetAtt': [id.split('/')[1], 'Arn'] })) } },
    ]);
  });
});

describe('buckets', () => {
  const buckets = application.ofType('AWS::S3::Bucket');

  it.each(buckets)('%s is private, versioned, encrypted and retained', (_, resource) => {
    expect(resource).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: expect.anything(),
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
  });

  it('refuse what does not come over TLS', () => {
    const policies = application
      .ofType('AWS::S3::BucketPolicy')
      .map(([, { Properties }]) => JSON.stringify(Properties));
    expect(policies).toHaveLength(buckets.length);
    for (const policy of policies) expect(policy).toContain('"aws:SecureTransport":"false"');
  });

  it('lock audit bodies for the time that records of care are kept', () => {
    const audit = buckets.find(([id]) => id.startsWith('vitalgate-data/AuditBodies'))?.[1];
    expect(audit?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 2192 } } },
    });
  });

  it('keep the authorities while old bundles go', () => {
    const bundles = buckets.find(([id]) => id.startsWith('vitalgate-data/Bundles'))?.[1];
    expect(bundles?.Properties).toMatchObject({ LifecycleConfiguration: { Rules: [{ Prefix: 'bundles/' }] } });
  });
});

describe('queues', () => {
  const queues = application.ofType('AWS::SQS::Queue');

  it.each(queues)('%s is encrypted with the data key', (_, { Properties }) => {
    expect(Properties).toMatchObject({ KmsMasterKeyId: expect.anything() });
  });

  it.each(queues.filter(([id]) => !id.includes('DeadLetters')))('%s has dead letters', (_, { Properties }) => {
    expect(Properties).toMatchObject({ RedrivePolicy: { maxReceiveCount: 5 } });
  });

  it('hide a message for six times as long as their consumer may take', () => {
    const sources = queues.filter(([, { Properties }]) => 'RedrivePolicy' in Properties);
    for (const [id, { Properties }] of sources)
      expect(Properties['VisibilityTimeout'], id).toBe(id.includes('/Changes') ? 360 : 180);
  });
});

describe('keys', () => {
  const keys = application.ofType('AWS::KMS::Key');

  it.each(keys)('%s outlives its stack', (_, resource) => {
    expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('sign on P-256, one key a purpose', () => {
    const signing = keys.filter(([, { Properties }]) => Properties['KeyUsage'] === 'SIGN_VERIFY');
    expect(signing).toHaveLength(6);
    for (const [, { Properties }] of signing) expect(Properties['KeySpec']).toBe('ECC_NIST_P256');
  });

  it('rotate where they encrypt', () => {
    const encrypting = keys.filter(([, { Properties }]) => Properties['KeyUsage'] !== 'SIGN_VERIFY');
    for (const [id, { Properties }] of encrypting) expect(Properties['EnableKeyRotation'], id).toBe(true);
  });
});

describe('logs', () => {
  it.each(application.ofType('AWS::Logs::LogGroup'))('%s is encrypted and ends', (_, { Properties }) => {
    expect(Properties).toMatchObject({ KmsKeyId: expect.anything(), RetentionInDays: 400 });
  });
});
