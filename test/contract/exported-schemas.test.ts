import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contractSchemas } from '../../core/contracts/export/contract-schemas.ts';

const DIRECTORY = resolve(import.meta.dirname, '../../docs/contracts');

describe('exported contracts', () => {
  const schemas = Object.entries(contractSchemas());

  it.each(schemas)('%s is published as it is enforced (npm run contracts)', (name, schema) => {
    expect(JSON.parse(readFileSync(join(DIRECTORY, `${name}.schema.json`), 'utf8'))).toEqual(schema);
  });

  it('publish nothing that no longer exists', () => {
    expect(readdirSync(DIRECTORY).sort()).toEqual(schemas.map(([name]) => `${name}.schema.json`).sort());
  });
});
