import { defineConfig } from 'vitest/config';
import { builtSources } from './test/built.ts';
import { common } from './vitest.config.ts';

// `npm run soak`: the seeded simulations with 10,000 seeds in all, half of them for threads and half for hosts; an embedder that is
// killed 2,000 times; all attacks on threads; each byte at which a write can be torn; 100,000 runs of 10,000 tenants. STEPWELL_SEED and STEPWELL_SEEDS set
// the first seed and how many, STEPWELL_KILLS and STEPWELL_RUNS the others.
export default defineConfig({
  plugins: [builtSources()],
  test: {
    include: [
      'test/simulation/**/*.test.ts',
      'test/durable/**/*.test.ts',
      'test/soak/**/*.soak.ts',
      'test/corpus/thread.test.ts',
    ],
    ...common,
    testTimeout: 7_200_000,
    expect: { poll: { timeout: 600_000 } },
    env: {
      STEPWELL_SEEDS: process.env['STEPWELL_SEEDS'] ?? '5000',
      STEPWELL_KILLS: process.env['STEPWELL_KILLS'] ?? '2000',
      STEPWELL_EVERY_BYTE: '1',
      STEPWELL_ALL_ATTACKS: '1',
    },
  },
});
