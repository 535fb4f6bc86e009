import { defineConfig } from 'vitest/config';
import { builtSources } from './test/built.ts';

export default defineConfig({
  plugins: [builtSources()],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/built.ts',
    // Every test file is a process of its own: isolates and worker threads must end with it.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A poll waits as long as its test may take: a slow machine makes no test fail that only waits.
    expect: { poll: { timeout: 60_000 } },
  },
});
