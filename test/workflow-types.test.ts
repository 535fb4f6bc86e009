// `stepwell/workflow` describes what a workflow finds at run time: the same names, and what calls resolve with.
import { describe, expect, it } from 'vitest';
import type { Delay, Headers, Json, RunStoreApi, StepsOf, WorkflowApi, WorkflowMethods } from '../src/workflow.ts';
import { runToEnd, useRunner } from './harness.ts';

const runner = useRunner();

// A name that is missing here, or too much, does not compile.
const apiNames = {
  runId: true,
  stepId: true,
  attempt: true,
  idempotencyKey: true,
  log: true,
  scheduleNextStep: true,
  runStore: true,
} satisfies Record<keyof WorkflowApi, true>;
const storeNames = { get: true, set: true, push: true, increment: true, delete: true } satisfies Record<
  keyof RunStoreApi,
  true
>;

const delays: Delay[] = [
  0,
  1.5,
  '30 sec',
  '30 secs',
  '1 second',
  '30 seconds',
  '5 min',
  '5 mins',
  '1 minute',
  '5 minutes',
];
delays.push('2 hr', '2 hrs', '1 hour', '2 hours', '1 day', '3 days', '1 week', '2 weeks', '90sec', '1.5 hours');

describe('the types for authors', () => {
  it('name what there is', async () => {
    const { outcome } = await runToEnd(runner(), { start: 'return [Object.keys(api), Object.keys(api.runStore)];' });
    expect(outcome.output).toEqual([Object.keys(apiNames), Object.keys(storeNames)]);
  });

  it('name delays that are understood', async () => {
    const body = "for (const delay of data) await api.scheduleNextStep({ action: 'next', delay }); return data.length;";
    const { outcome } = await runToEnd(runner(), { start: body, next: '' }, { data: delays });
    expect(outcome).toMatchObject({ status: 'completed', output: delays.length });
  });

  it('say what calls resolve with', async () => {
    class Workflow implements WorkflowMethods<{ readonly id: number }> {
      async start(data: { readonly id: number }, _headers: unknown, api: WorkflowApi): Promise<unknown> {
        const missing: string | null = await api.runStore.get<string>('missing');
        const set: void = await api.runStore.set('key', data);
        const length: number = await api.runStore.push('list', data.id);
        const count: number = await api.runStore.increment('count');
        const less: number = await api.runStore.increment('count', -2);
        const was: boolean = await api.runStore.delete('key');
        const armed: void = await api.scheduleNextStep({ action: 'next', delay: `${data.id} min`, payload: data });
        return { missing, length, count, less, was, nothing: set === undefined && armed === undefined };
      }
      next(): void {}
    }
    const { outcome } = await runToEnd(runner(), Workflow.toString(), { data: { id: 3 } });
    expect(outcome).toMatchObject({
      status: 'completed',
      output: { missing: null, length: 1, count: 1, less: -1, was: true, nothing: true },
    });
  });

  it('let a step be scheduled with what it takes, and refuse all else when compiled', async () => {
    interface Item {
      readonly sku: string;
    }
    type Api = WorkflowApi<StepsOf<Workflow>>;
    class Workflow {
      async start(_data: unknown, _headers: Headers, api: Api): Promise<void> {
        await api.scheduleNextStep({ action: 'pack', payload: { sku: 'a' } });
        await api.scheduleNextStep({ action: 'ship', delay: '1 min' });
      }
      async pack({ sku }: Item, _headers: Headers, api: Api): Promise<void> {
        await api.runStore.push('packed', sku);
      }
      async ship(): Promise<void> {}
      async onWorkflowComplete(): Promise<void> {}
    }
    // Compiled, and never run.
    const _wrong = async (api: Api): Promise<void> => {
      // @ts-expect-error There is no such method.
      await api.scheduleNextStep({ action: 'send' });
      // @ts-expect-error `start` cannot be scheduled.
      await api.scheduleNextStep({ action: 'start' });
      // @ts-expect-error Hooks cannot either.
      await api.scheduleNextStep({ action: 'onWorkflowComplete' });
      // @ts-expect-error There is no such delay.
      await api.scheduleNextStep({ action: 'ship', delay: '1 month' });
      // @ts-expect-error The step takes an item.
      await api.scheduleNextStep({ action: 'pack', payload: { sku: 1 } });
      // @ts-expect-error It takes one in any case.
      await api.scheduleNextStep({ action: 'pack' });
    };
    const { outcome } = await runToEnd(runner(), Workflow.toString());
    expect(outcome).toMatchObject({ status: 'completed', store: { packed: ['a'] }, steps: { completed: 3 } });
  });

  it('let the run store take what it takes, and refuse what no type of JSON is', () => {
    interface Line {
      readonly sku: string;
      readonly note?: string | undefined;
      readonly parts?: readonly Line[];
    }
    class Point {
      readonly x = 1;
      #hidden = 2;
      norm(): number {
        return this.x + this.#hidden;
      }
    }
    // Compiled, and never run.
    const used = async (
      store: RunStoreApi,
      line: Line,
      known: Json,
      odd: unknown,
      any: ReturnType<typeof JSON.parse>,
    ) => {
      for (const value of [line, known, odd, any, new Point(), new Date(), { at: new Date(), list: [line, null] }]) {
        await store.set('key', value);
      }
      await store.set('key', line);
      await store.set('key', known);
      await store.set('key', odd);
      await store.set('key', any);
      await store.set('key', new Point());
      await store.set('key', new Date());
      await store.set('key', new URL('https://a.b'));
      await store.set('key', { at: new Date(), message: 'm', name: 'n', nested: { list: [line] } });
      await store.set('key', ['a', 1, null] as const);
      await store.set('key', Math.random() > 1 ? { a: 1 } : [1]);
      await store.push('list', line);
      await store.push<Line>('list', { sku: 'a' });
      // @ts-expect-error A Map.
      await store.set('key', new Map());
      // @ts-expect-error A Set in a field.
      await store.set('key', { tags: new Set(['a']) });
      // @ts-expect-error A Map in a list.
      await store.push('list', [new Map()]);
      // @ts-expect-error A function.
      await store.set('key', () => 1);
      // @ts-expect-error A class.
      await store.push('list', Point);
      // @ts-expect-error It may be undefined.
      await store.set('key', line.note);
      // @ts-expect-error A promise that nobody awaits.
      await store.set('key', store.get('other'));
      // @ts-expect-error Bytes.
      await store.push('list', new Uint8Array(1));
      // @ts-expect-error A BigInt in a field.
      await store.set('key', { cents: 1n });
      // @ts-expect-error A symbol.
      await store.set('key', Symbol('s'));
    };
    const kept = <Value>(store: RunStoreApi, value: Value): Promise<void> => store.set('key', value as unknown);
    expect([used, kept].map((one) => typeof one)).toEqual(['function', 'function']);
  });
});
