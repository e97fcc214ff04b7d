/** A value that only the one who deploys knows: given in the context, or asked for as a parameter of the stack. */
import { CfnParameter, type Stack } from 'aws-cdk-lib';

export interface DeploymentValueProps {
  readonly given: string | undefined;
  readonly description: string;
  /** What the value must look like. */
  readonly allowedPattern: string;
}

export function deploymentValue(stack: Stack, name: string, props: DeploymentValueProps): string {
  if (props.given !== undefined) return props.given;
  const { description, allowedPattern } = props;
  return new CfnParameter(stack, name, { type: 'String', description, allowedPattern }).valueAsString;
}
