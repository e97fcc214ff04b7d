import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Two projects: what needs nothing but Node, and what runs on the started local system. Both run with `npm test`;
 * nothing in them asserts a time.
 */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line-reporter.ts'],
    exclude: [...configDefaults.exclude, '.local/**', 'cdk.out/**'],
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/{unit,property,policies,contract,architecture,infra}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/{integration,e2e}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
