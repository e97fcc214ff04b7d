/** A queue in front of one consumer, with the queue of what it could not take. Both encrypted, both TLS only. */
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { isLocal } from '../settings.ts';

export interface ServiceQueueProps {
  readonly encryptionKey: IKey;
  /** Of the consumer: a message stays hidden for six times as long, as Lambda asks. */
  readonly consumerTimeout: Duration;
}

const ATTEMPTS = 5;
const VISIBILITY_FACTOR = 6;
const RETENTION = Duration.days(14);

/** The local endpoint takes its own rules' messages for plaintext ones and would refuse them. */
const protection = (scope: Construct, encryptionMasterKey: IKey) => ({
  encryption: QueueEncryption.KMS,
  encryptionMasterKey,
  enforceSSL: !isLocal(scope),
  retentionPeriod: RETENTION,
});

/** Where people look for what could not be done; nothing consumes it. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, encryptionKey: IKey) {
    super(scope, id, protection(scope, encryptionKey));
  }
}

export class ServiceQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;
  readonly encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: ServiceQueueProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props.encryptionKey);
    this.queue = new Queue(this, 'Queue', {
      ...protection(this, props.encryptionKey),
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * VISIBILITY_FACTOR),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: ATTEMPTS },
    });
  }
}
