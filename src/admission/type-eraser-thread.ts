// The entry of a thread that erases the types of one source, answers, and ends. Nothing else may run in it: whatever the
// source does to the eraser ends with this thread.
import { parentPort, workerData } from 'node:worker_threads';
import { eraseTypes } from './type-eraser.ts';

if (parentPort === null) throw new Error('type-eraser-thread.ts runs in a worker thread only.');

parentPort.postMessage(eraseTypes(String(workerData)));
