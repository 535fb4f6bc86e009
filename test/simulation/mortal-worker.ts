// The entry of a thread of the mortal pool: serves as a pool thread does.
import { workerData } from 'node:worker_threads';
import { serve } from '../../src/pool/worker.ts';

await serve(workerData);
