// The process of a host in which steps run: nothing of the embedder is in it, so that it can be killed at any moment. The
// cells are in a thread beside this one, which may hang for ever.
import { writeSync } from 'node:fs';
import { servePipe } from '../pool/threads.ts';
import { endHost, endWithEmbedder } from './lifeline.ts';

const [pipeFd = 0, frameBytes = 0, memoryMb = 0, cellMemoryMb = 0] = process.argv.slice(2, 6).map(Number);
const [timeZone = '', locale = ''] = process.argv.slice(6);

endWithEmbedder('stepwell host');
servePipe(pipeFd, memoryMb, { frameBytes, cellMemoryMb, region: { timeZone, locale } }).then(
  endHost,
  (error: unknown) => {
    writeSync(2, String(error).slice(0, 1_024));
    endHost();
  },
);
