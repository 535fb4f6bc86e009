// What tests of whole runs share: runners that have to leave nothing behind, workflows written as their methods, and
// runs followed to their end with everything they said.
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import {
  createRunner,
  type ListOptions,
  type LogLine,
  type Outcome,
  type Run,
  type RunEvent,
  type RunEventType,
  type Runner,
  type RunnerOptions,
  type StartOptions,
  type StoreBackend,
  skippingClock,
} from '../src/index.ts';

/** Source, or the bodies of methods by name: see {@link workflowOf}. */
export type Source = string | Readonly<Record<string, string>>;

/** What a run is started with; the tenant is `acme` unless named. */
export type TestStart = Omit<StartOptions, 'tenant' | 'workflow'> & { readonly tenant?: string };

export interface EndedRun {
  readonly run: Run;
  readonly outcome: Outcome;
  readonly events: readonly RunEvent[];
  readonly logs: readonly LogLine[];
}

let storeOf: (() => StoreBackend) | null = null;

/** From now on runners of this file have a store like this, unless they are given one. */
export function keepRunsIn(store: () => StoreBackend): void {
  storeOf = store;
}

/** One worker, and no waits: delays and the times between attempts are skipped when nothing runs. */
const testDefaults = (): RunnerOptions => ({
  workers: 1,
  clock: skippingClock(),
  retry: { firstDelayMs: 1 },
  ...(storeOf === null ? {} : { store: storeOf() }),
});

const opened: Runner[] = [];
let handlesBefore = 0;
let isShared = false;

/** A runner of this test alone. It is closed after the test, and then nothing of it may be left. */
export async function createTestRunner(options: RunnerOptions = {}): Promise<Runner> {
  if (opened.length === 0) handlesBefore = openHandles();
  const runner = await createRunner({ ...testDefaults(), ...options });
  opened.push(runner);
  return runner;
}

afterEach(async () => {
  if (opened.length === 0) return;
  await Promise.all(opened.splice(0).map((runner) => runner.close()));
  // A runner that all tests of the file share may have started its spare host meanwhile: its end is looked at.
  if (!isShared) await expectHandles(handlesBefore);
});

/** One runner for all tests of a file, for tests that leave it as they found it. Returns how to get at it. */
export function useRunner(options: RunnerOptions = {}): () => Runner {
  let runner: Runner | undefined;
  let before = 0;
  beforeAll(async () => {
    before = openHandles();
    isShared = true;
    runner = await createRunner({ ...testDefaults(), ...options });
  });
  afterAll(async () => {
    await runner?.close();
    isShared = false;
    await expectHandles(before);
  });
  return () => {
    if (runner === undefined) throw new Error('The runner is there once the tests run.');
    return runner;
  };
}

/** The text of a class: `(data, headers, api)` for each step, `(api)` and `(err, api)` for the hooks. */
export function workflowOf(methods: Readonly<Record<string, string>>, before = ''): string {
  const bodies = Object.entries(methods).map(([name, body]) => `  async ${name}(${parametersOf(name)}) { ${body} }`);
  return `${before}\nexport class Workflow {\n${bodies.join('\n')}\n}`;
}

export async function startRun(runner: Runner, source: Source, start: TestStart = {}): Promise<Run> {
  const workflow = typeof source === 'string' ? source : workflowOf(source);
  return runner.start({ tenant: 'acme', ...start, workflow });
}

/** Starts a run, hears all its events, and waits for its outcome. */
export async function runToEnd(runner: Runner, source: Source, start: TestStart = {}): Promise<EndedRun> {
  const run = await startRun(runner, source, start);
  const events = await allEvents(run);
  return { run, outcome: await run.result(), events, logs: run.logs() };
}

export async function allEvents(run: Run): Promise<RunEvent[]> {
  return Array.fromAsync(run.events());
}

/** The first event of a run of which `matches` holds. Asked right after the start, it misses none. */
export async function eventOf(run: Run, matches: (event: RunEvent) => boolean): Promise<RunEvent> {
  for await (const event of run.events()) if (matches(event)) return event;
  throw new Error('The run ended without such an event.');
}

/** The run has logged this line. */
export async function logged(run: Run, text: string): Promise<void> {
  await eventOf(run, (event) => event.type === 'step_log' && event.text === text);
}

export function eventsOf<T extends RunEventType>(
  events: readonly RunEvent[],
  type: T,
): Extract<RunEvent, { type: T }>[] {
  return events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

export function textsOf(logs: readonly LogLine[]): string[] {
  return logs.map(({ text }) => text);
}

function parametersOf(name: string): string {
  if (name === 'onWorkflowComplete') return 'api';
  return name === 'onWorkflowError' ? 'err, api' : 'data, headers, api';
}

const handleNames = ['MessagePort', 'Worker', 'PipeWrap', 'ProcessWrap'];

function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => handleNames.includes(name)).length;
}

/** Handles are closed in later turns of the event loop; one that stays has turns enough. */
async function expectHandles(before: number): Promise<void> {
  for (let turn = 0; turn < 100 && openHandles() > before; turn++)
    await new Promise((resolve) => setImmediate(resolve));
  expect(openHandles(), 'ports, threads, pipes and processes left behind').toBeLessThanOrEqual(before);
}

/** Ids of the runs of a runner, newest first. */
export async function listed(runner: Runner, options?: ListOptions): Promise<string[]> {
  return (await runner.list(options)).runs.map(({ id }) => id);
}
