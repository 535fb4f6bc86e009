import { defineConfig } from 'vitest/config';

// `npm run soak`: the seeded simulations with 10,000 seeds in all, half of them for threads and half for hosts.
// STEPWELL_SEED and STEPWELL_SEEDS set the first one, and how many for each.
export default defineConfig({
  test: {
    include: ['test/simulation/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 60_000,
    env: { STEPWELL_SEEDS: process.env['STEPWELL_SEEDS'] ?? '5000' },
  },
});
