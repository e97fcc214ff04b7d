/**
 * Deploys the real stacks to an AWS endpoint with the CDK's own command line, as one would to AWS. What has not changed
 * since the last deployment is not touched.
 */
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import { LOCAL_API_ID } from '../../infra/names.ts';
import { sourceDigest } from '../../infra/source-digest.ts';
import { type LocalPaths, REPOSITORY_ROOT } from '../paths.ts';
import { runCommand } from '../run-command.ts';
import type { LocalSettings } from '../settings.ts';

export interface DeploymentTarget {
  /** `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly account: string;
  readonly region: string;
  /** What the AWS clients need, credentials and trust; known once the endpoint answers. */
  readonly environment: Promise<NodeJS.ProcessEnv>;
}

export interface DeployOptions {
  readonly paths: LocalPaths;
  readonly settings: LocalSettings;
  readonly target: DeploymentTarget;
  readonly signal?: AbortSignal;
}

const DeployedSchema = z.strictObject({ digest: z.string() });

export interface Deployment {
  /** False when all was as it should be already. */
  readonly changed: boolean;
}

/** What a deployment is made of. */
const SOURCES = ['infra', 'functions', 'core', 'cdk.json', 'package-lock.json'] as const;
const CONCURRENT_STACKS = '4';
const CDK = join(REPOSITORY_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** The templates are made while the endpoint still starts. */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const digest = sourceDigest(SOURCES, [options.settings, options.target.url]);
  const held = readDeployed(options.paths);
  if (held?.digest === digest) {
    await options.target.environment;
    return { changed: false };
  }
  await rm(options.paths.deployed, { force: true });
  await Promise.all([synthesise(options), held === undefined ? bootstrap(options) : undefined]);
  await cdk(
    options,
    await options.target.environment,
    'deploy',
    '--app',
    options.paths.assembly,
    '--all',
    '--require-approval',
    'never',
    '--concurrency',
    CONCURRENT_STACKS,
  );
  await writeFile(options.paths.deployed, JSON.stringify({ digest }));
  return { changed: true };
}

/** Where the API answers: by path, since names below `localhost` do not resolve everywhere. */
export const apiBaseUrl = ({ url }: Pick<DeploymentTarget, 'url'>): string => `${url}/_aws/execute-api/${LOCAL_API_ID}`;

function readDeployed(paths: LocalPaths): z.infer<typeof DeployedSchema> | undefined {
  if (!existsSync(paths.deployed)) return undefined;
  return DeployedSchema.safeParse(JSON.parse(readFileSync(paths.deployed, 'utf8'))).data;
}

function synthesise(options: DeployOptions): Promise<void> {
  const { paths, settings, target } = options;
  const context = {
    'vitalgate:local': 'true',
    'vitalgate:sites': settings.site,
    'vitalgate:issuer': settings.issuer,
    'vitalgate:audience': settings.audience,
    'vitalgate:mqttEndpoint': settings.mqttEndpoint,
    'vitalgate:apiBaseUrl': apiBaseUrl(target),
  };
  const choices = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  return cdk(options, {}, 'synth', '--quiet', '--output', paths.assembly, choices);
}

const bootstrap = async (options: DeployOptions): Promise<void> =>
  cdk(
    options,
    await options.target.environment,
    'bootstrap',
    `aws://${options.target.account}/${options.target.region}`,
  );

function cdk(
  options: DeployOptions,
  client: NodeJS.ProcessEnv,
  verb: string,
  ...args: (string | string[])[]
): Promise<void> {
  const { paths, target } = options;
  return runCommand(process.execPath, [CDK, verb, '--no-notices', ...args.flat()], {
    cwd: REPOSITORY_ROOT,
    env: {
      ...inherited(),
      ...client,
      PATH: [join(REPOSITORY_ROOT, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
      AWS_ENDPOINT_URL: target.url,
      AWS_REGION: target.region,
      CDK_DEFAULT_ACCOUNT: target.account,
      CDK_DEFAULT_REGION: target.region,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_HOME: join(paths.root, 'cdk'),
      CI: 'true',
    },
    log: join(paths.logs, `${verb}.log`),
    remedy: 'Start again with --fresh if what the endpoint kept no longer fits.',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Without the caller's AWS settings: a local run must never reach a real account. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_')),
  );
