import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { builtSources } from './test/built.ts';

/** What takes minutes: attacks by the hundred, processes that are killed, whatever is installed. `npm run test:long` runs it. */
export const longTests = [
  'test/corpus/**/*.test.ts',
  'test/sandbox/**/*.test.ts',
  'test/simulation/**/*.test.ts',
  'test/compatibility/**/*.test.ts',
  'test/durable/{conformance,kills,power-cuts}.test.ts',
  'test/testing/explore.test.ts',
  'test/admission/hostile-sources.test.ts',
  'test/limits/hostile.test.ts',
  'test/cli/process.test.ts',
  'test/{package,readme}.test.ts',
];

/** For all tests. */
export const common = {
  globalSetup: 'test/built.ts',
  // Every test file is a process of its own: isolates and worker threads must end with it.
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A poll waits as long as its test may take: a slow machine makes no test fail that only waits.
  expect: { poll: { timeout: 60_000 } },
} as const;

// `npm test`: what tells within some minutes whether a change has broken something.
export default defineConfig({
  plugins: [builtSources()],
  test: {
    ...common,
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...longTests],
    // They wait for hosts most of the time: two at once on a machine with two processors, where Vitest runs one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
