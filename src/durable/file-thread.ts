// The thread that holds the file. All that has come while it was writing goes into the next transaction, so the more is to be
// kept, the more is kept at once; nobody on the main thread ever waits for a disk.
import { parentPort, workerData } from 'node:worker_threads';
import { setImmediate, setTimeout } from '../machine-timers.ts';
import type { Commit, FileTask, FromFile, ToFile } from './messages.ts';
import { isPassing, storeError } from './schema.ts';
import { StoreFile } from './store-file.ts';

const port = parentPort;
if (port === null) throw new Error('src/durable/file-thread.ts is loaded in a worker thread only.');
const task = workerData as FileTask;
const say = (message: FromFile): void => port.postMessage(message);
/** A disk that is full, or does not answer, is tried again so often. */
const retryMs = 250;

let waiting: Commit[] = [];
let isWriting = false;
let isStalled = false;
let isClosing = false;

try {
  const store = new StoreFile(task);
  port.on('message', (message: ToFile) => {
    if (message.kind === 'ask') return say(answer(store, message));
    if (message.kind === 'commit') waiting.push(message);
    else isClosing = true;
    if (isWriting) return;
    isWriting = true;
    setImmediate(write, store);
  });
  say(store.opened());
} catch (error) {
  fail(error);
}

function answer(store: StoreFile, { question, what, about, now }: ToFile & { readonly kind: 'ask' }): FromFile {
  try {
    return { kind: 'answer', question, answer: store.answer(what, about, now) };
  } catch (error) {
    const { code, message } = storeError(task.file, error);
    return { kind: 'refused', question, code, message };
  }
}

function write(store: StoreFile): void {
  const commits = waiting;
  waiting = [];
  try {
    store.write(commits);
  } catch (error) {
    const { code, message } = storeError(task.file, error);
    if (!isPassing(error) || isClosing) return fail(error);
    if (!isStalled) say({ kind: 'stalled', code, message });
    isStalled = true;
    waiting = [...commits, ...waiting];
    setTimeout(write, retryMs, store);
    return;
  }
  isWriting = false;
  isStalled = false;
  const last = commits.at(-1);
  if (last !== undefined) say({ kind: 'safe', commit: last.commit });
  if (!isClosing) return;
  store.close();
  port?.close();
}

function fail(error: unknown): void {
  const { code, message } = storeError(task.file, error);
  say({ kind: 'failed', code, message });
  port?.close();
}
