/** All stacks and how they stand on each other: data, then PKI, then engine, then IoT and API beside each other. */
import { type App, type Environment, Tags } from 'aws-cdk-lib';
import type { Settings } from './settings.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { EngineStack } from './stacks/engine-stack.ts';
import { IotStack } from './stacks/iot-stack.ts';
import { PkiStack } from './stacks/pki-stack.ts';

export interface Vitalgate {
  readonly data: DataStack;
  readonly pki: PkiStack;
  readonly engine: EngineStack;
  readonly iot: IotStack;
  readonly api: ApiStack;
}

export function addVitalgate(app: App, settings: Settings, env: Environment): Vitalgate {
  const stack = (description: string) => ({ env, settings, description: `Vitalgate: ${description}` });
  const data = new DataStack(app, 'vitalgate-data', stack('libraries and their keeping'));
  const pki = new PkiStack(app, 'vitalgate-pki', { ...stack('authorities and signing keys'), data });
  const engine = new EngineStack(app, 'vitalgate-engine', { ...stack('functions, queues, bus'), data, pki });
  const iot = new IotStack(app, 'vitalgate-iot', {
    ...stack('devices and their messages'),
    queues: engine.ingest,
    provisioningHook: engine.provisioningHook,
    encryptionKey: data.encryptionKey,
  });
  const api = new ApiStack(app, 'vitalgate-api', {
    ...stack('HTTP API'),
    functions: engine.http,
    encryptionKey: data.encryptionKey,
  });
  Tags.of(app).add('application', 'vitalgate');
  return { data, pki, engine, iot, api };
}
