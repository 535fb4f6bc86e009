// The command line as a process, from source: `bin/stepwell.js` prefers a build, and a build may be of yesterday.
import { main } from '../../src/cli/main.ts';

process.exitCode = await main(process.argv.slice(2));
