/** What a deployment can choose, read once from the CDK context: nothing is looked up, so synthesis needs no account. */
import type { App, Environment } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as z from 'zod';
import { SiteIdSchema } from '../core/contracts/identifiers.ts';

const SettingsSchema = z
  .strictObject({
    /** The sites this control plane serves. */
    sites: z.array(SiteIdSchema).min(1).max(16),
    /** OIDC issuer of the people who administer. Without it the API stack asks for a parameter at deployment. */
    issuer: z.url({ protocol: /^https$/ }).optional(),
    /** The `aud` of their tokens. */
    audience: z.string().min(1).max(128),
    /** `mqtts://host:port` of IoT Core, for devices. Without it the engine stack asks for a parameter. */
    mqttEndpoint: z.url({ protocol: /^mqtts$/ }).optional(),
    /** Where clients reach the API, when not under the name AWS gave it: a domain of one's own. */
    apiBaseUrl: z.url({ protocol: /^https$/ }).optional(),
    /** The local endpoint: leaves out what it lacks (docs/local.md lists it). */
    local: z.boolean(),
  })
  .readonly();
export type Settings = z.infer<typeof SettingsSchema>;

const CONTEXT_PREFIX = 'vitalgate:';

/** For constructs that differ where the local endpoint does. */
export const isLocal = (scope: Construct): boolean => contextValue(scope, 'local') === true;

/** Context given with `-c` is text; in `cdk.json` it is JSON. */
function contextValue({ node }: Construct, name: string): unknown {
  const value: unknown = node.tryGetContext(`${CONTEXT_PREFIX}${name}`);
  if (typeof value !== 'string') return value;
  if (name === 'sites') return value.split(',').map((site) => site.trim());
  if (name === 'local') return value === 'true';
  return value;
}

/** @throws z.ZodError that names the context key which is wrong */
export function settingsFrom(app: App): Settings {
  return SettingsSchema.parse({
    sites: contextValue(app, 'sites') ?? ['north'],
    issuer: contextValue(app, 'issuer'),
    mqttEndpoint: contextValue(app, 'mqttEndpoint'),
    apiBaseUrl: contextValue(app, 'apiBaseUrl'),
    audience: contextValue(app, 'audience') ?? 'vitalgate',
    local: contextValue(app, 'local') ?? false,
  });
}

/** Region and account come from the environment; absent, the stacks fit any. */
export function environmentFrom(variables: Readonly<Record<string, string | undefined>>): Environment {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = variables;
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
}
