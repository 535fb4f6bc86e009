// Runs one bundled workflow in plain Node, with none of Stepwell: a thread of its own, whose globals nobody else uses.
// It does what a run does, one step after another, and no more than the programs here ask for.
import { parentPort, workerData } from 'node:worker_threads';

type Step = (data: unknown, headers: unknown, api: unknown) => unknown;

interface Scheduled {
  readonly action: string;
  readonly payload?: unknown;
}

const store = new Map<string, unknown>();
const queue: Scheduled[] = [{ action: 'start' }];

const api = {
  scheduleNextStep: async (step: Scheduled) => {
    queue.push(asJson(step));
  },
  runStore: {
    get: async (key: string) => asJson(store.get(key) ?? null),
    set: async (key: string, value: unknown) => {
      store.set(key, asJson(value));
    },
    push: async (key: string, item: unknown) => {
      const before = store.get(key);
      const list = [...(Array.isArray(before) ? before : []), asJson(item)];
      store.set(key, list);
      return list.length;
    },
    increment: async (key: string, delta = 1) => {
      const sum = Number(store.get(key) ?? 0) + delta;
      store.set(key, sum);
      return sum;
    },
  },
};

const text: string = workerData;
const { Workflow } = await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`);
let output: unknown;
for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
  const run: Step = Workflow.prototype[step.action];
  // Each step of a run gets an object of its own.
  const result = await run.call(new Workflow(), step.payload ?? {}, {}, api);
  if (step.action === 'start') output = asJson(result);
}
await Workflow.prototype.onWorkflowComplete?.call(new Workflow(), api);
parentPort?.postMessage({ output, store: Object.fromEntries(store) });

/** What crosses between steps is JSON. */
function asJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
