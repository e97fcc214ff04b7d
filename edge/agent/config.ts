/**
 * The agent's configuration file. Authored input: an unknown key is an error. Paths are resolved against the file's own
 * folder.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { AliasSchema } from '../../core/contracts/entities.ts';
import { EntityIdSchema, EntityRefSchema, siteOf } from '../../core/contracts/identifiers.ts';
import { InvalidInputError } from '../../core/errors.ts';

const path = z.string().min(1).max(4096);
const port = z.int().min(1).max(65535);
const label = z.string().min(1).max(128);

/** Where a device enrols when it has no certificate yet. */
const EnrolmentConfigSchema = z
  .strictObject({
    api: z.url({ protocol: /^https$/ }),
    /** PEM anchors of the API, when they are not publicly known. */
    ca: path.optional(),
    /** Holds the one-time claim and nothing else; removed once it is spent. */
    claimFile: path,
  })
  .readonly();

const BrokerConfigSchema = z.strictObject({ url: z.url({ protocol: /^mqtts$/ }), ca: path.optional() }).readonly();
export type BrokerConfig = z.infer<typeof BrokerConfigSchema>;

const GatewayConfigSchema = z.strictObject({ id: EntityIdSchema, host: z.string().min(1).max(253), port }).readonly();
export type GatewayAddress = z.infer<typeof GatewayConfigSchema>;

const WatchedRootSchema = z
  .strictObject({
    path,
    /** Under which name it is reported: a file system that the agent sees elsewhere than the device does. */
    reportedAs: path.optional(),
  })
  .readonly();

const PostureConfigSchema = z
  .strictObject({
    watch: z.array(WatchedRootSchema).max(32).default([]),
    intervalSeconds: z.int().min(5).max(900).default(60),
    /** A file whose first line is the version of the device's firmware. */
    firmwareFile: path.optional(),
  })
  .readonly();
export type PostureConfig = z.infer<typeof PostureConfigSchema>;

const ProxyConfigSchema = z
  .strictObject({
    listen: z.strictObject({ address: z.string(), port: z.int().min(0).max(65535) }),
    alias: AliasSchema,
  })
  .readonly();
export type ProxyConfig = z.infer<typeof ProxyConfigSchema>;

const ServiceConfigSchema = z
  .strictObject({ name: label, address: z.string().min(1).max(253).default('127.0.0.1'), port })
  .readonly();
export type ServiceConfig = z.infer<typeof ServiceConfigSchema>;

export const AgentConfigSchema = z
  .strictObject({
    /** Who this is: its certificate, thing name and MQTT client id. */
    subject: EntityRefSchema,
    stateDirectory: path,
    enrolment: EnrolmentConfigSchema.optional(),
    broker: BrokerConfigSchema.optional(),
    gateway: GatewayConfigSchema.optional(),
    posture: PostureConfigSchema.prefault({}),
    proxies: z.array(ProxyConfigSchema).max(64).default([]),
    /** What business systems may reach here through the gateway; the names are those of the device's record. */
    services: z.array(ServiceConfigSchema).max(16).default([]),
  })
  .readonly();
export type AgentConfig = z.infer<typeof AgentConfigSchema>;

/**
 * Reads, checks and completes the configuration.
 * @throws InvalidInputError `ERR_CONFIG_UNREADABLE`, `ERR_CONFIG_MALFORMED`, `ERR_CONFIG_FOREIGN_SITE`,
 *   `ERR_CONFIG_INCOMPLETE`, `ERR_CONFIG_AMBIGUOUS`, `ERR_PROXY_NOT_LOCAL`
 */
export function loadAgentConfig(file: string): AgentConfig {
  return completeAgentConfig(readConfigFile(file), dirname(resolve(file)));
}

/** @param base folder that relative paths are resolved against */
export function completeAgentConfig(value: unknown, base: string): AgentConfig {
  const parsed = AgentConfigSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
    throw new InvalidInputError('ERR_CONFIG_MALFORMED', `the agent configuration is not valid (${where})`);
  }
  refuseContradictions(parsed.data);
  return withAbsolutePaths(parsed.data, (name) => resolve(base, name));
}

function readConfigFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InvalidInputError('ERR_CONFIG_UNREADABLE', 'the agent configuration file cannot be read', { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError('ERR_CONFIG_MALFORMED', 'the agent configuration is not JSON', { cause });
  }
}

function refuseContradictions({ subject, broker, gateway, proxies, services }: AgentConfig): void {
  if (gateway !== undefined && siteOf(gateway.id) !== siteOf(subject.id))
    throw new InvalidInputError('ERR_CONFIG_FOREIGN_SITE', 'the gateway belongs to another site than the subject');
  if (broker === undefined && gateway === undefined)
    throw new InvalidInputError('ERR_CONFIG_INCOMPLETE', 'name a broker or a gateway to report to');
  if (gateway === undefined && proxies.length + services.length > 0)
    throw new InvalidInputError('ERR_CONFIG_INCOMPLETE', 'proxies and services need a gateway');
  // The proxy lends the device's identity to whoever reaches it: nobody but the device may.
  const open = proxies.find(({ listen }) => !isLoopback(listen.address));
  if (open !== undefined)
    throw new InvalidInputError('ERR_PROXY_NOT_LOCAL', `${open.listen.address} is not a loopback address`);
  refuseTwice(services.map(({ name }) => name));
  refuseTwice(proxies.filter(({ listen }) => listen.port > 0).map(({ listen }) => `${listen.address} ${listen.port}`));
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new InvalidInputError('ERR_CONFIG_AMBIGUOUS', `${twice} is named twice`);
}

const isLoopback = (address: string): boolean => (isIP(address) === 4 ? address.startsWith('127.') : address === '::1');

const withAbsolutePaths = (config: AgentConfig, at: (name: string) => string): AgentConfig => ({
  ...config,
  stateDirectory: at(config.stateDirectory),
  ...(config.enrolment && {
    enrolment: {
      ...config.enrolment,
      claimFile: at(config.enrolment.claimFile),
      ...(config.enrolment.ca !== undefined && { ca: at(config.enrolment.ca) }),
    },
  }),
  ...(config.broker && {
    broker: { ...config.broker, ...(config.broker.ca !== undefined && { ca: at(config.broker.ca) }) },
  }),
  posture: {
    ...config.posture,
    watch: config.posture.watch.map((root) => ({ ...root, path: at(root.path) })),
    ...(config.posture.firmwareFile !== undefined && { firmwareFile: at(config.posture.firmwareFile) }),
  },
});
