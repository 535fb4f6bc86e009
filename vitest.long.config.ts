import { defineConfig } from 'vitest/config';
import { builtSources } from './test/built.ts';
import { common, longTests } from './vitest.config.ts';

// `npm run test:long`: the tests that `npm test` leaves out.
export default defineConfig({ plugins: [builtSources()], test: { ...common, include: longTests } });
