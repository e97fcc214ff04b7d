/** What enrolment is told by its environment. */
import * as z from 'zod';
import { ledgerEnvironment, pem, readEnvironment, text } from '../http/environment.ts';

const ConfigSchema = z.object({
  ...ledgerEnvironment,
  AUDIT_SIGNING_KEY: text,
  DEVICE_CA_KEY: text,
  GATEWAY_CA_KEY: text,
  RESOURCE_CA_KEY: text,
  ROOT_CA_PEM: pem,
  DEVICE_CA_PEM: pem,
  GATEWAY_CA_PEM: pem,
  RESOURCE_CA_PEM: pem,
  IOT_DEVICE_POLICY: text,
  IOT_GATEWAY_POLICY: text,
  IOT_DEVICE_TYPE: text,
  IOT_GATEWAY_TYPE: text,
  MQTT_ENDPOINT: z.url({ protocol: /^mqtts$/ }),
});
export type Config = z.infer<typeof ConfigSchema>;

export const readConfig = (environment: NodeJS.ProcessEnv): Config => readEnvironment(ConfigSchema, environment);
