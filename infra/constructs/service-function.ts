/**
 * One function with a role of its own. The role can write to its own log group and do what the stack grants by name:
 * no managed policy, nothing shared with a neighbour.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bundleOf } from './function-bundle.ts';

export interface ServiceFunctionProps {
  /** Folder under `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly encryptionKey: IKey;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memoryMegabytes: number;
  /** The most copies at once: a flood of one kind of work leaves room for the others. */
  readonly concurrency: number;
  /** For functions that are called without anyone waiting for the answer. */
  readonly deadLetters?: IQueue;
}

export class ServiceFunction extends Construct {
  readonly handler: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.THIRTEEN_MONTHS,
      encryptionKey: props.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Of ${props.name} alone`,
    });
    logGroup.grantWrite(this.role);
    const bundle = bundleOf(props.name);
    this.handler = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundle.directory),
      handler: bundle.handler,
      role: this.role,
      logGroup,
      environment: { ...props.environment },
      timeout: props.timeout,
      memorySize: props.memoryMegabytes,
      reservedConcurrentExecutions: props.concurrency,
      ...(props.deadLetters === undefined ? {} : { deadLetterQueue: props.deadLetters }),
    });
  }

  /** Allows exactly these actions on exactly these resources. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }
}

export const seconds = (count: number): Duration => Duration.seconds(count);
