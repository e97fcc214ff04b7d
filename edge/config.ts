/**
 * The gateway's configuration file. Authored input: an unknown key is an error, and what this build cannot do is
 * refused by name and never ignored. Paths are resolved against the file's own folder.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { EntityIdSchema, SiteIdSchema, siteOf } from '../core/contracts/identifiers.ts';
import { InvalidInputError } from '../core/errors.ts';

/** RFC 8446 §9.1: the suites of TLS 1.3, and nothing that came before it. */
export const TLS13_SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const;
/** Protocols that a listener or a resource may speak today; `tls` takes the protocol of whatever the alias names. */
export const SUPPORTED_PROTOCOLS = ['tls', 'http', 'tcp'] as const;

const path = z.string().min(1).max(4096);
const port = z.int().min(0).max(65535);
const upstreamText = z
  .string()
  .regex(/^[^\s:]+:\d{1,5}$/)
  .transform((text) => {
    const [host = '', portText = ''] = text.split(':');
    return { host, port: Number(portText), tls: false };
  });
const upstream = z.union([
  upstreamText,
  z.strictObject({ host: z.string().min(1).max(253), port: port.min(1), tls: z.boolean().default(false) }),
]);
export type UpstreamAddress = z.infer<typeof upstream>;

const ListenerSchema = z.strictObject({
  address: z.string().min(1).max(253),
  port,
  cert: path,
  key: path,
  /** PEM anchors for device and application certificates. */
  clientCa: path,
  protocol: z.enum(['tls', 'http', 'tcp', 'hl7', 'dicom', 'mqtt']),
  /** Serves clients that send no SNI: everything that comes in here is for this one resource. */
  resource: EntityIdSchema.optional(),
  /** Where that resource is, when not where the bundle says. */
  upstream: upstream.nullish(),
});
export type ListenerConfig = z.infer<typeof ListenerSchema>;

const CloudSchema = z.strictObject({
  mqtt: z.url({ protocol: /^mqtts$/ }),
  api: z.url({ protocol: /^https?$/ }),
  cert: path,
  key: path,
  /** PEM anchors of broker and API, when they are not publicly known. */
  ca: path.optional(),
  /** What the API expects as the audience of a token. */
  audience: z.string().min(1).max(256).optional(),
});
export type CloudConfig = z.infer<typeof CloudSchema>;

export const GatewayConfigSchema = z.strictObject({
  site: SiteIdSchema,
  gateway: EntityIdSchema,
  workers: z.int().min(1).max(64).default(1),
  knock: z.enum(['hidden', 'visible', 'off']),
  tls: z.strictObject({
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']),
    ciphers: z.union([z.string(), z.array(z.string())]).default(TLS13_SUITES.join(':')),
    tickets: z.boolean().default(false),
    /** Key exchange groups in order of preference. */
    groups: z.string().min(1).default('X25519MLKEM768:X25519:P-256'),
  }),
  listeners: z.array(ListenerSchema).min(1).max(32),
  bundle: path,
  /** Signed snapshot, updates and head, one compact JWS a line. */
  state: path,
  auditDirectory: path,
  metricsPort: port,
  cloud: CloudSchema.optional(),
  /** JWKS of the keys that sign bundles and state. */
  keys: path.default('root.json'),
  spoolDirectory: path.optional(),
  clockFile: path.optional(),
  /** How long requests may finish after SIGTERM. */
  drainSeconds: z.int().min(0).max(3600).default(10),
  /** Below this, new sessions outside care are refused before an audit record is lost. */
  minimumFreeBytes: z
    .int()
    .nonnegative()
    .default(64 * 1024 * 1024),
});
type ParsedConfig = z.infer<typeof GatewayConfigSchema>;
export type GatewayConfig = Omit<ParsedConfig, 'spoolDirectory' | 'clockFile' | 'tls'> & {
  readonly tls: Omit<ParsedConfig['tls'], 'ciphers'> & { readonly ciphers: string };
  readonly spoolDirectory: string;
  readonly clockFile: string;
};

/**
 * Reads, checks and completes the configuration.
 * @throws InvalidInputError `ERR_CONFIG_UNREADABLE`, `ERR_CONFIG_MALFORMED`, `ERR_CONFIG_FOREIGN_SITE`,
 *   `ERR_KNOCK_UNSUPPORTED`, `ERR_PROTOCOL_UNSUPPORTED`, `ERR_TLS_VERSION_UNSUPPORTED`, `ERR_TLS_CIPHER_UNSUPPORTED`
 */
export function loadGatewayConfig(file: string): GatewayConfig {
  return completeGatewayConfig(readConfigFile(file), dirname(resolve(file)));
}

/** @param base folder that relative paths are resolved against */
export function completeGatewayConfig(value: unknown, base: string): GatewayConfig {
  const parsed = GatewayConfigSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
    throw new InvalidInputError('ERR_CONFIG_MALFORMED', `the gateway configuration is not valid (${where})`);
  }
  const config = parsed.data;
  refuseUnsupported(config);
  const at = (name: string): string => resolve(base, name);
  const spoolDirectory = at(config.spoolDirectory ?? config.auditDirectory);
  return {
    ...config,
    tls: { ...config.tls, ciphers: cipherList(config.tls.ciphers) },
    listeners: config.listeners.map((one) => ({
      ...one,
      cert: at(one.cert),
      key: at(one.key),
      clientCa: at(one.clientCa),
    })),
    bundle: at(config.bundle),
    state: at(config.state),
    keys: at(config.keys),
    auditDirectory: at(config.auditDirectory),
    spoolDirectory,
    clockFile: config.clockFile === undefined ? resolve(spoolDirectory, 'clock.json') : at(config.clockFile),
    ...(config.cloud && { cloud: resolveCloud(config.cloud, at) }),
  };
}

function readConfigFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InvalidInputError('ERR_CONFIG_UNREADABLE', 'the gateway configuration file cannot be read', { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError('ERR_CONFIG_MALFORMED', 'the gateway configuration is not JSON', { cause });
  }
}

function refuseUnsupported(config: ParsedConfig): void {
  if (siteOf(config.gateway) !== config.site)
    throw new InvalidInputError('ERR_CONFIG_FOREIGN_SITE', 'the gateway id belongs to another site');
  if (config.knock !== 'off')
    throw new InvalidInputError('ERR_KNOCK_UNSUPPORTED', 'this build has no knock gate: set knock to "off"');
  if (config.tls.minVersion !== 'TLSv1.3')
    throw new InvalidInputError('ERR_TLS_VERSION_UNSUPPORTED', 'only TLSv1.3 is accepted as the least version');
  const unsupported = config.listeners.find(
    (one) => !(SUPPORTED_PROTOCOLS as readonly string[]).includes(one.protocol),
  );
  if (unsupported !== undefined)
    throw new InvalidInputError('ERR_PROTOCOL_UNSUPPORTED', `no enforcement for protocol ${unsupported.protocol}`);
}

function cipherList(value: string | readonly string[]): string {
  const names = typeof value === 'string' ? value.split(':') : value;
  const foreign = names.find((name) => !(TLS13_SUITES as readonly string[]).includes(name));
  if (names.length === 0 || foreign !== undefined)
    throw new InvalidInputError('ERR_TLS_CIPHER_UNSUPPORTED', `${foreign ?? 'an empty list'} is no TLS 1.3 suite`);
  return names.join(':');
}

const resolveCloud = (cloud: CloudConfig, at: (name: string) => string): CloudConfig => ({
  ...cloud,
  cert: at(cloud.cert),
  key: at(cloud.key),
  ...(cloud.ca !== undefined && { ca: at(cloud.ca) }),
});
