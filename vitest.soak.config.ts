import { defineConfig } from 'vitest/config';

// `npm run soak`: the seeded simulations with many more seeds. STEPWELL_SEED and STEPWELL_SEEDS set them apart.
export default defineConfig({
  test: {
    include: ['test/simulation/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    env: { STEPWELL_SEEDS: process.env['STEPWELL_SEEDS'] ?? '1000' },
  },
});
