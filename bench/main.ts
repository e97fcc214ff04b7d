/**
 * `npm run bench -- NAME [options]`: runs one benchmark of this folder by its file name; without a name lists them.
 * Each measures Vitalgate beside a peer in the same run and prints ratios, because machines differ and ratios travel.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const SELF = 'main.ts';
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== SELF)
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run bench -- ${names.join(' | ')} [options]`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`), ...rest], {
  stdio: 'inherit',
});
process.exit(status ?? 3);
