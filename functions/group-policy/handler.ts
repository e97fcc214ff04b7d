/**
 * The custom resource that holds the things of a group to a policy. It always answers, and what it is named after is the
 * pair of both: when one of them changes, CloudFormation deletes the old pair, and the old policy is detached.
 */
import * as z from 'zod';
import type { DeploymentAnswer } from '../adapters/ports/deployment-answers.ts';
import type { Container } from './container.ts';

const RequestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()).default({}),
});
type Request = z.infer<typeof RequestSchema>;

const PropertiesSchema = z.object({
  PolicyName: z.string().min(1).max(128),
  GroupArn: z.string().regex(/^arn:[a-z-]+:iot:[^:]*:[^:]*:thinggroup\/.+$/),
});

/** Of a resource that never came to be: CloudFormation rolls it back with the name it was answered. */
const NEVER_ATTACHED = 'never-attached';

export function createHandler(container: Container): (event: unknown) => Promise<void> {
  return async (event) => {
    const request = RequestSchema.parse(event);
    await container.answers.send(request.ResponseURL, await answerTo(request, container));
  };
}

async function answerTo(request: Request, { policies, log }: Container): Promise<DeploymentAnswer> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = NEVER_ATTACHED } = request;
  const answer = { PhysicalResourceId, StackId, RequestId, LogicalResourceId };
  if (request.RequestType === 'Delete' && PhysicalResourceId === NEVER_ATTACHED)
    return { Status: 'SUCCESS', ...answer };
  try {
    const { PolicyName, GroupArn } = PropertiesSchema.parse(request.ResourceProperties);
    if (request.RequestType === 'Delete') {
      await policies.detach(PolicyName, GroupArn);
      return { Status: 'SUCCESS', ...answer };
    }
    await policies.attach(PolicyName, GroupArn);
    return { Status: 'SUCCESS', ...answer, PhysicalResourceId: `${GroupArn}/${PolicyName}` };
  } catch (cause) {
    log.error('request-failed', cause, { request: request.RequestType });
    return { Status: 'FAILED', Reason: 'the policy could not be attached or detached; see the log', ...answer };
  }
}
