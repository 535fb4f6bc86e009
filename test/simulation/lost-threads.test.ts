// Whatever thread dies, and whenever: what comes of a run is what a sequential model says.
import { mortalThreads } from './mortal-threads.ts';
import { simulate } from './simulation.ts';

simulate('runs whose threads are ended', {
  file: 'test/simulation/lost-threads.test.ts',
  seed: 1,
  seeds: 100,
  // Small turns: what comes together, and what does not, differs from one attempt to the next.
  options: { limits: { stepsPerTurn: 9 } },
  open: mortalThreads,
});
