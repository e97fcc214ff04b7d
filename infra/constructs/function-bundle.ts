/**
 * Bundles a function with esbuild, in process and without a container: one minified ES module with the SDK inside,
 * and beside it the files that its packages read at run time. Equal sources give equal bytes, so an unchanged function
 * is not deployed again.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild, type Plugin } from 'esbuild';
import * as z from 'zod';
import { sourceDigest } from '../source-digest.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'vitalgate-functions');
const FUNCTIONS = join(ROOT, 'functions');
const MANIFEST = join(CACHE, 'manifest.json');
/** What the bundles are made of, and how. */
const SOURCES = ['functions', 'core', 'package-lock.json', 'infra/constructs/function-bundle.ts'] as const;
const ENTRY_FILE = 'index.mjs';

/** Packages written as CommonJS find these; an ES module has none of its own. */
const COMMONJS_NAMES = [
  "import{createRequire as __vgRequire}from'node:module';",
  "import{dirname as __vgDirname}from'node:path';",
  "import{fileURLToPath as __vgPath}from'node:url';",
  'const require=__vgRequire(import.meta.url),__filename=__vgPath(import.meta.url),__dirname=__vgDirname(__filename);',
].join('');

/** What a package loads from its own folder by path: esbuild does not see it. */
const RUNTIME_FILES = [{ package: '@cedar-policy/cedar-wasm', file: join('nodejs', 'cedar_wasm_bg.wasm') }] as const;
/** Functions that start a site with the default policy set. */
const NEED_DEFAULT_POLICIES = ['policy-administrator', 'admin-api'];
const DEFAULT_POLICIES = join(ROOT, 'core', 'policy', 'policies');
const POLICY_EXTENSION = '.cedar';

const FunctionBundleSchema = z
  .strictObject({
    /** Of the minified module. */
    codeBytes: z.int(),
    /** Of the files beside it. */
    assetBytes: z.int(),
  })
  .readonly();
/** `directory` is the asset, `handler` is `file.export` for Lambda. */
export type FunctionBundle = z.infer<typeof FunctionBundleSchema> & {
  readonly directory: string;
  readonly handler: string;
};
const ManifestSchema = z.strictObject({ digest: z.string(), bundles: z.record(z.string(), FunctionBundleSchema) });

const bundles = new Map<string, z.infer<typeof FunctionBundleSchema>>();

/**
 * Every folder under `functions/` with an `index.ts` that exports `handler`. Call it before the stacks are made. What was
 * bundled from the same sources before is taken as it is.
 */
export async function bundleFunctions(): Promise<void> {
  const digest = sourceDigest(SOURCES);
  const held = readManifest();
  if (held?.digest === digest && Object.keys(held.bundles).every((name) => existsSync(join(CACHE, name, ENTRY_FILE)))) {
    for (const [name, bundle] of Object.entries(held.bundles)) bundles.set(name, bundle);
    return;
  }
  const names = readdirSync(FUNCTIONS).filter((name) => existsSync(join(FUNCTIONS, name, 'index.ts')));
  await Promise.all(names.map(async (name) => bundles.set(name, await build(name))));
  const manifest = { digest, bundles: Object.fromEntries(bundles) };
  replaceFile(MANIFEST, Buffer.from(JSON.stringify(manifest)));
}

function readManifest(): z.infer<typeof ManifestSchema> | undefined {
  try {
    return ManifestSchema.parse(JSON.parse(readFileSync(MANIFEST, 'utf8')));
  } catch {
    return undefined;
  }
}

export function bundleOf(name: string): FunctionBundle {
  const bundle = bundles.get(name);
  if (bundle === undefined) throw new Error(`functions/${name} has not been bundled`);
  return { ...bundle, directory: join(CACHE, name), handler: 'index.handler' };
}

/** A library that hands on zod as one object would bring all its languages along; ours are in English. */
const englishOnly: Plugin = {
  name: 'zod-in-english',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/locales\/index\.js$/ }, ({ importer, resolveDir }) =>
      importer.includes(join('node_modules', 'zod')) ? { path: join(resolveDir, '..', 'locales', 'en.js') } : undefined,
    );
  },
};

async function build(name: string): Promise<z.infer<typeof FunctionBundleSchema>> {
  const directory = join(CACHE, name);
  mkdirSync(directory, { recursive: true });
  const result = await esbuild({
    absWorkingDir: ROOT,
    entryPoints: [join(FUNCTIONS, name, 'index.ts')],
    outfile: join(directory, ENTRY_FILE),
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    legalComments: 'none',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: COMMONJS_NAMES },
    plugins: [englishOnly],
    logLevel: 'warning',
  });
  const [module] = result.outputFiles;
  if (module === undefined) throw new Error(`esbuild wrote nothing for ${name}`);
  replaceFile(join(directory, ENTRY_FILE), module.contents);
  const assets = assetsOf(name, Object.keys(result.metafile.inputs));
  for (const [file, contents] of assets) replaceFile(join(directory, file), contents);
  return {
    codeBytes: module.contents.byteLength,
    assetBytes: assets.reduce((sum, [, contents]) => sum + contents.byteLength, 0),
  };
}

function assetsOf(name: string, inputs: readonly string[]): (readonly [string, Uint8Array])[] {
  const used = RUNTIME_FILES.filter((needed) => inputs.some((input) => input.includes(needed.package)));
  return [
    ...used.map(
      ({ package: from, file }) => [basename(file), readFileSync(join(ROOT, 'node_modules', from, file))] as const,
    ),
    ...(NEED_DEFAULT_POLICIES.includes(name) ? [['default-policies.json', defaultPolicies()] as const] : []),
  ];
}

/** The numbered set in the order of its numbers. */
function defaultPolicies(): Uint8Array {
  const files = readdirSync(DEFAULT_POLICIES)
    .filter((file) => file.endsWith(POLICY_EXTENSION))
    .sort();
  return Buffer.from(
    JSON.stringify(
      files.map((file) => ({
        id: basename(file, POLICY_EXTENSION),
        cedar: readFileSync(join(DEFAULT_POLICIES, file), 'utf8'),
      })),
    ),
  );
}

/** Whole or not at all: two syntheses may run at once. */
function replaceFile(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const staged = join(CACHE, `.${process.pid}-${randomUUID()}`);
  writeFileSync(staged, contents);
  renameSync(staged, path);
}
