import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { byText, LOCAL_CONTEXT, synthesiseApplication } from '../fixtures/cloud-application.ts';

const aws = await synthesiseApplication();
const local = await synthesiseApplication({ context: LOCAL_CONTEXT });
const typesIn = (application: typeof aws): Set<string> =>
  new Set(Object.values(application.stacks).flatMap((resources) => Object.values(resources).map(({ Type }) => Type)));

const OMITTED = [
  'AWS::Backup::BackupPlan',
  'AWS::Backup::BackupSelection',
  'AWS::Backup::BackupVault',
  'AWS::IoT::Logging',
];

describe('the local flag', () => {
  it('leaves out exactly what the endpoint lacks', () => {
    const localTypes = typesIn(local);
    expect([...typesIn(aws)].filter((type) => !localTypes.has(type)).toSorted(byText)).toEqual(OMITTED);
  });

  it('adds nothing that AWS would not get', () => {
    const awsTypes = typesIn(aws);
    expect([...typesIn(local)].filter((type) => !awsTypes.has(type))).toEqual([]);
  });

  it('is explained', () => {
    const page = readFileSync(new URL('../../docs/local.md', import.meta.url), 'utf8');
    for (const type of OMITTED) expect(page).toContain(type);
  });

  it('leaves the functions as they are', () => {
    const code = (application: typeof aws) =>
      application.ofType('AWS::Lambda::Function').map(([id, { Properties }]) => [id, Properties['Code']]);
    expect(code(local)).toEqual(code(aws));
  });
});
