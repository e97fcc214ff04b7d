/** `npm run contracts`: writes each contract's JSON Schema to docs/contracts, for readers in other languages. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { contractSchemas } from './contract-schemas.ts';

const directory = resolve(import.meta.dirname, '../../../docs/contracts');
mkdirSync(directory, { recursive: true });
for (const [name, schema] of Object.entries(contractSchemas())) {
  writeFileSync(join(directory, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
