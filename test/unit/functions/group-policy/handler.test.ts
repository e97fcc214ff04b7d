import { describe, expect, it } from 'vitest';
import type { DeploymentAnswer } from '../../../../functions/adapters/ports/deployment-answers.ts';
import { createHandler } from '../../../../functions/group-policy/handler.ts';
import { recordedLog } from '../../../fakes/recorded-log.ts';

const GROUP = 'arn:aws:iot:eu-central-1:000000000000:thinggroup/vitalgate-remediation';
const ADDRESS = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Remediation' };

function createStage(fault?: Error) {
  const done: string[] = [];
  const sent: DeploymentAnswer[] = [];
  const recorded = recordedLog();
  const perform = (what: string) => async (policy: string, group: string) => {
    if (fault !== undefined) throw fault;
    done.push(`${what} ${policy} ${group}`);
  };
  const handler = createHandler({
    policies: { attach: perform('attach'), detach: perform('detach') },
    answers: { send: async (_, answer) => void sent.push(answer) },
    log: recorded.log,
  });
  const ask = async (request: object): Promise<DeploymentAnswer | undefined> => {
    await handler({
      ...ADDRESS,
      ResponseURL: 'https://deployment.example/answer',
      ResourceProperties: { PolicyName: 'remediation-only', GroupArn: GROUP },
      ...request,
    });
    return sent.at(-1);
  };
  return { ask, done };
}

describe('the policy of a group', () => {
  it('is attached when the resource is created, and the pair becomes its name', async () => {
    const { ask, done } = createStage();
    expect(await ask({ RequestType: 'Create' })).toEqual({
      Status: 'SUCCESS',
      ...ADDRESS,
      PhysicalResourceId: `${GROUP}/remediation-only`,
    });
    expect(done).toEqual([`attach remediation-only ${GROUP}`]);
  });

  it('takes another name when it changes, so that the old one is deleted', async () => {
    const { ask } = createStage();
    const answer = await ask({
      RequestType: 'Update',
      PhysicalResourceId: `${GROUP}/remediation-only`,
      ResourceProperties: { PolicyName: 'other', GroupArn: GROUP },
    });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `${GROUP}/other` });
  });

  it('is detached when the resource goes', async () => {
    const { ask, done } = createStage();
    const PhysicalResourceId = `${GROUP}/remediation-only`;
    expect(await ask({ RequestType: 'Delete', PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' });
    expect(done).toEqual([`detach remediation-only ${GROUP}`]);
  });

  it.each([
    ['a fault', { RequestType: 'Create' }, new Error('AccessDenied: arn:aws:secret')],
    ['properties that are not as documented', { RequestType: 'Create', ResourceProperties: {} }, undefined],
    [
      'a target that is no group',
      { RequestType: 'Create', ResourceProperties: { PolicyName: 'p', GroupArn: 'x' } },
      undefined,
    ],
  ])('answers that it failed, and nothing of why, for %s', async (_, request, fault) => {
    const answer = await createStage(fault).ask(request);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'never-attached' });
    expect(JSON.stringify(answer)).not.toContain('arn:aws:secret');
  });

  it('lets a deployment roll back what never came to be', async () => {
    const { ask, done } = createStage();
    const answer = await ask({ RequestType: 'Delete', PhysicalResourceId: 'never-attached', ResourceProperties: {} });
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(done).toEqual([]);
  });
});
