/** What CloudFormation asks of a custom resource, and how it is answered. */
import * as z from 'zod';
import { VitalgateError } from '../../core/errors.ts';
import type { DeploymentAnswer } from '../adapters/ports/deployment-answers.ts';

export const DeploymentRequestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()).default({}),
});
export type DeploymentRequest = z.infer<typeof DeploymentRequestSchema>;

/** One and the same for ever: a new one would make CloudFormation delete the resource under the old. */
const PHYSICAL_ID = 'vitalgate-certificate-authorities';
/** CloudFormation refuses a larger answer without a word. @see AWS CloudFormation, custom resource response objects */
const MAX_ANSWER_BYTES = 4096;

function addressed(request: DeploymentRequest): Omit<DeploymentAnswer, 'Status'> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = PHYSICAL_ID } = request;
  return { PhysicalResourceId, StackId, RequestId, LogicalResourceId };
}

/** @throws VitalgateError `ERR_DEPLOYMENT_ANSWER_SIZE` when the deployment would not take it */
export function succeeded(request: DeploymentRequest, data: Readonly<Record<string, string>> = {}): DeploymentAnswer {
  const answer: DeploymentAnswer = { Status: 'SUCCESS', ...addressed(request), Data: data };
  if (Buffer.byteLength(JSON.stringify(answer)) > MAX_ANSWER_BYTES) {
    throw new VitalgateError('ERR_DEPLOYMENT_ANSWER_SIZE', 'the certificates are too long; take a shorter name');
  }
  return answer;
}

/** @param cause shown by its code and public sentence, or not at all */
export function failed(request: DeploymentRequest, cause: unknown): DeploymentAnswer {
  const reason =
    cause instanceof VitalgateError ? cause.message : 'ERR_INTERNAL: the authorities could not be issued; see the log';
  return { Status: 'FAILED', Reason: reason, ...addressed(request) };
}
