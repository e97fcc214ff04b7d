import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const ROOT = resolve(import.meta.dirname, '../..');
const DEPCRUISE = join(ROOT, 'node_modules/.bin/depcruise');
const FOLDERS = ['core', 'functions', 'edge', 'infra', 'cli', 'local'];

const ReportSchema = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

function cruise(directory: string, folders: readonly string[]) {
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders];
  const output = execFileSync(process.execPath, [DEPCRUISE, ...args], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return ReportSchema.parse(JSON.parse(output)).summary;
}

describe('import rules', () => {
  it('hold for the whole tree, and the tree was really read', () => {
    const summary = cruise(ROOT, FOLDERS);
    expect(summary.violations).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(100);
  });

  describe('each catches a planted violation', () => {
    const PLANTED: readonly (readonly [rule: string, file: string, line: string])[] = [
      ['core-is-pure-of-io', 'core/a.ts', "import 'node:fs';"],
      ['core-is-pure-of-clouds', 'core/b.ts', "import '@aws-sdk/client-kms';"],
      ['core-knows-only-itself', 'core/c.ts', "import '../edge/adapters/link.ts';"],
      ['function-knows-no-other-function', 'functions/one/handler.ts', "import '../two/handler.ts';"],
      ['functions-stay-in-the-cloud', 'functions/two/container.ts', "import '../../edge/adapters/link.ts';"],
      ['handler-wires-nothing', 'functions/three/handler.ts', "import '../adapters/store.ts';"],
      ['edge-stays-on-site', 'edge/a.ts', "import '../functions/adapters/store.ts';"],
      ['edge-clouds-in-adapters', 'edge/b.ts', "import 'mqtt';"],
      ['infra-runs-no-function', 'infra/a.ts', "import '../functions/adapters/store.ts';"],
      ['product-knows-no-simulation', 'edge/c.ts', "import '../local/hospital.ts';"],
      ['no-circles', 'cli/a.ts', "import './b.ts';"],
      ['no-unresolved', 'cli/c.ts', "import './nowhere.ts';"],
    ];
    const BYSTANDERS = [
      'functions/two/handler.ts',
      'functions/adapters/store.ts',
      'edge/adapters/link.ts',
      'local/hospital.ts',
    ];
    let planted: string;
    let violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];

    beforeAll(() => {
      planted = mkdtempSync(join(tmpdir(), 'vitalgate-architecture-'));
      for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json'])
        cpSync(join(ROOT, file), join(planted, file));
      symlinkSync(join(ROOT, 'node_modules'), join(planted, 'node_modules'));
      const put = (file: string, text: string) => {
        mkdirSync(dirname(join(planted, file)), { recursive: true });
        writeFileSync(join(planted, file), `${text}\n`);
      };
      for (const file of BYSTANDERS) put(file, 'export {};');
      put('cli/b.ts', "import './a.ts';");
      for (const [, file, line] of PLANTED) put(file, line);
      violations = cruise(planted, FOLDERS).violations;
    });

    afterAll(() => rmSync(planted, { recursive: true, force: true }));

    it.each(PLANTED)('%s', (rule, file) => {
      expect(
        violations.filter((violation) => violation.from === file).map((violation) => violation.rule.name),
      ).toContain(rule);
    });
  });
});
