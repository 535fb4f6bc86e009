// What workflows are tested with, published as `stepwell/testing`.
export { type Exploration, type ExploreOptions, explore, type Invariant } from './testing/explore.ts';
export { InvariantBroken } from './testing/invariants.ts';
export { type EndedRun, TestRun } from './testing/test-run.ts';
export {
  createTestRunner,
  type TestRunner,
  type TestRunnerOptions,
  type TestStartOptions,
} from './testing/test-runner.ts';
