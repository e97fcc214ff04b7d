import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { LOCAL_CONTEXT, synthesiseApplication } from '../fixtures/cloud-application.ts';

const FOLDERS = [
  'admin-api',
  'audit-writer',
  'certificate-authority',
  'enrolment',
  'gateway-authorizer',
  'group-policy',
  'outbox-relay',
  'policy-administrator',
  'policy-engine',
  'posture-analyzer',
  'provisioning-hook',
  'session-recorder',
  'trust-evaluator',
] as const;

/** What CloudFormation fills in, by what the name of the variable promises. */
const filledIn = (name: string): string =>
  name.endsWith('_PEM') ? '-----BEGIN CERTIFICATE-----\n' : `value-of-${name}`;

const VariablesSchema = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).default({ Variables: {} }),
});
const ConfigModuleSchema = z.object({
  readConfig: z.custom<(environment: NodeJS.ProcessEnv) => unknown>((value) => typeof value === 'function'),
});

const application = await synthesiseApplication({ context: LOCAL_CONTEXT });

function variablesOf(folder: string): Record<string, string> {
  const name = folder.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const found = application.ofType('AWS::Lambda::Function').find(([id]) => id.includes(`/${name}Function`));
  const { Variables } = VariablesSchema.parse(found?.[1].Properties).Environment;
  return Object.fromEntries(
    Object.entries(Variables).map(([key, value]) => [key, typeof value === 'string' ? value : filledIn(key)]),
  );
}

describe.each(FOLDERS)('%s', (folder) => {
  it('is given every variable that its configuration asks for, and none that it does not read', async () => {
    const { readConfig } = ConfigModuleSchema.parse(await import(`../../functions/${folder}/config.ts`));
    const read = new Set<string>();
    const variables = new Proxy(variablesOf(folder), {
      get: (target, name) => {
        if (typeof name === 'string') read.add(name);
        return Reflect.get(target, name);
      },
    });
    expect(() => readConfig(variables)).not.toThrow();
    expect(Object.keys(variablesOf(folder)).filter((name) => !read.has(name))).toEqual([]);
  });
});
