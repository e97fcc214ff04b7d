/** Wires the group policy function. */
import { IoTClient } from '@aws-sdk/client-iot';
import { HttpsDeploymentAnswers } from '../adapters/cloudformation/https-deployment-answers.ts';
import { IotGroupPolicies } from '../adapters/iot/iot-group-policies.ts';
import { realSurroundings } from '../adapters/lambda/surroundings.ts';
import type { DeploymentAnswers } from '../adapters/ports/deployment-answers.ts';
import type { GroupPolicies } from '../adapters/ports/group-policies.ts';
import { createLog, type Log } from '../http/log.ts';

export interface Container {
  readonly policies: GroupPolicies;
  readonly answers: DeploymentAnswers;
  readonly log: Log;
}

export const createContainer = (): Container => ({
  policies: new IotGroupPolicies(new IoTClient({})),
  answers: new HttpsDeploymentAnswers(realSurroundings.sleep),
  log: createLog('group-policy'),
});
