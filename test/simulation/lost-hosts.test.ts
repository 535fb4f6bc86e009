// Whatever host is killed, and whenever: what comes of a run is what a sequential model says.
import { mortalHosts } from './mortal-hosts.ts';
import { simulate } from './simulation.ts';

simulate('runs whose hosts are killed', {
  file: 'test/simulation/lost-hosts.test.ts',
  seed: 100_001,
  seeds: 200,
  open: mortalHosts,
});
