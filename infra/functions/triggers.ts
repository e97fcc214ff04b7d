/** How functions are called when nobody waits for the answer. */
import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { ServiceQueue } from '../constructs/service-queue.ts';

const BATCH_SIZE = 10;

/** Messages that failed are given back one by one; the rest of their batch is done. */
export function consume(service: ServiceFunction, source: ServiceQueue, limits: Limits = {}): void {
  service.handler.addEventSource(
    new SqsEventSource(source.queue, {
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      ...(limits.window === undefined ? {} : { maxBatchingWindow: limits.window }),
      ...(limits.maxConcurrency === undefined ? {} : { maxConcurrency: limits.maxConcurrency }),
    }),
  );
}

export interface Limits {
  readonly window?: Duration;
  readonly maxConcurrency?: number;
}

export function repeat(service: ServiceFunction, minutes: number, job: string, deadLetters: IQueue): void {
  new Rule(service, `Every-${job}`, {
    description: `Calls for the job "${job}"`,
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [
      new LambdaFunction(service.handler, {
        event: RuleTargetInput.fromObject({ job }),
        deadLetterQueue: deadLetters,
        retryAttempts: 0,
        maxEventAge: Duration.minutes(minutes),
      }),
    ],
  });
}
