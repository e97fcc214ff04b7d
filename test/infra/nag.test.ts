import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { LOCAL_CONTEXT, synthesiseApplication } from '../fixtures/cloud-application.ts';

describe('synthesis', () => {
  it('succeeds for AWS with every finding acknowledged in writing', async () => {
    await expect(synthesiseApplication({ nag: true })).resolves.toBeDefined();
  });

  it('succeeds for the local endpoint with every finding acknowledged in writing', async () => {
    await expect(synthesiseApplication({ nag: true, context: LOCAL_CONTEXT })).resolves.toBeDefined();
  });

  it('succeeds for several sites', async () => {
    const several = synthesiseApplication({ nag: true, context: { 'vitalgate:sites': ['north', 'south'] } });
    await expect(several).resolves.toBeDefined();
  });

  it('fails for a finding that nobody acknowledged', async () => {
    const planted = synthesiseApplication({ nag: true, change: ({ data }) => void new CfnBucket(data, 'Planted') });
    await expect(planted).rejects.toThrow(/AwsSolutions-S1'/);
  });

  it('fails for an acknowledgement that has outlived its cause', async () => {
    const removed = synthesiseApplication({
      nag: true,
      change: ({ engine }) => void engine.node.tryRemoveChild('OutboxDeadLetters'),
    });
    await expect(removed).rejects.toThrow(/OutboxDeadLetters/);
  });

  it('fails for a site that cannot be one', async () => {
    await expect(
      synthesiseApplication({ nag: true, context: { 'vitalgate:sites': ['No Such Site'] } }),
    ).rejects.toThrow(/sites/);
  });
});
