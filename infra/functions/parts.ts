/** What the functions are wired to: everything that exists before them. */
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { ServiceQueue } from '../constructs/service-queue.ts';
import type { Settings } from '../settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { PkiStack } from '../stacks/pki-stack.ts';

export interface EngineParts {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly pki: PkiStack;
  readonly bus: EventBus;
  /** `mqtts://host:port` that devices connect to. */
  readonly mqttEndpoint: string;
}

/** A function and the queue in front of it, for the rules that feed it. */
export interface QueueFed {
  readonly service: ServiceFunction;
  readonly source: ServiceQueue;
}
