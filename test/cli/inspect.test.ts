// `stepwell replay --inspect`: a debugger holds the recorded step where it begins, sees what it has, and lets it go on.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { heldAt } from '../../src/replay/held.ts';
import { workflowOf } from '../harness.ts';
import { fileOf, runMain, startNode } from './command-line.ts';

const cli = join(import.meta.dirname, '../../bin/stepwell.js');

interface Message {
  readonly id?: number;
  readonly method?: string;
  // Each message has others: the test knows which it asked for.
  readonly params?: Record<string, never> & {
    readonly callFrames?: readonly Frame[];
    readonly scriptId?: string;
    readonly url?: string;
  };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

interface Frame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: { readonly scriptId: string; readonly lineNumber: number };
}

/** A debugger that holds nowhere but where it is told to. */
class Debugger {
  readonly #socket: WebSocket;
  readonly #answers: Map<number, (message: Message) => void> = new Map();
  readonly urls: Map<string, string> = new Map();
  readonly paused = Promise.withResolvers<readonly Frame[]>();
  #asked = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message: Message = JSON.parse(String(data));
      if (message.id !== undefined) this.#answers.get(message.id)?.(message);
      if (message.method === 'Debugger.scriptParsed')
        this.urls.set(message.params?.scriptId ?? '', message.params?.url ?? '');
      if (message.method === 'Debugger.paused') this.paused.resolve(message.params?.callFrames ?? []);
    });
  }

  ask(method: string, params: object = {}): Promise<Message> {
    this.#asked++;
    const answered = new Promise<Message>((resolve) => this.#answers.set(this.#asked, resolve));
    this.#socket.send(JSON.stringify({ id: this.#asked, method, params }));
    return answered;
  }

  close(): void {
    this.#socket.close();
  }
}

async function attach(url: string): Promise<Debugger> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const one = new Debugger(socket);
  await one.ask('Runtime.enable');
  await one.ask('Debugger.enable');
  await one.ask('Runtime.runIfWaitingForDebugger');
  return one;
}

it('a debugger holds a step where it begins, sees what it has, and lets it go on', async () => {
  const workflow = workflowOf({
    start: "await api.scheduleNextStep({ action: 'add', payload: { price: 40 } });",
    add: "const tax = data.price / 20; await api.runStore.increment('sum', data.price + tax); return Date.now();",
  });
  const file = fileOf('workflow-inspected.js', workflow);
  const store = `${file}.db`;
  await runMain(['run', file, '--store', store, '--run-id', 'one']);
  const process = startNode([cli, 'replay', store, 'one', 'step_2', '--inspect', '--port', '0']);
  await process.said('For help');
  const one = await attach(/Debugger listening on (ws:\S+)/.exec(process.errSoFar())?.[1] ?? '');
  const [frame] = await one.paused.promise;
  expect(frame?.functionName).toBe('add');
  expect(one.urls.get(frame?.location.scriptId ?? '')).toBe('workflow.js');
  expect(frame?.location.lineNumber).toBe(workflow.split('\n').findIndex((line) => line.includes('async add')));
  const expression = 'JSON.stringify([data, api.stepId])';
  const seen = await one.ask('Debugger.evaluateOnCallFrame', { callFrameId: frame?.callFrameId, expression });
  expect(seen.result?.result?.value).toBe('[{"price":40},"step_2"]');
  await one.ask('Debugger.resume');
  await process.said('identical');
  one.close();
  expect(await process.finished).toMatchObject({ status: 0, out: expect.stringContaining('identical: completed') });
});

describe('the source that is held', () => {
  it('has no line moved, and is as it was where there is no such method', () => {
    const source =
      'class Workflow {\n  start() {\n    return 1;\n  }\n  static next() {}\n  async next(data = { a: "{" }) { return 2; }\n}';
    const held = heldAt(source, 'next');
    expect(held).toBe(source.replace('}) { return 2', '}) { debugger; return 2'));
    expect(held.split('\n')).toHaveLength(source.split('\n').length);
    expect(heldAt(source, 'none')).toBe(source);
    expect(heldAt('class {', 'start')).toBe('class {');
  });
});
