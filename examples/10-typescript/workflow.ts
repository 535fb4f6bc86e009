// A workflow in TypeScript. Its types are erased when it is started; nothing is imported at run time.
import type { Headers, StepsOf, WorkflowApi } from '../../src/workflow.ts'; // In a project of your own: 'stepwell/workflow'

interface Basket {
  readonly items: readonly Item[];
}

interface Item {
  readonly name: string;
  readonly cents: number;
}

type Api = WorkflowApi<StepsOf<Workflow>>;

export class Workflow {
  async start(basket: Basket, _headers: Headers, api: Api): Promise<number> {
    // Another action, or a payload that is no Item, does not compile.
    for (const item of basket.items) await api.scheduleNextStep({ action: 'price', payload: item });
    return basket.items.length;
  }

  async price(item: Item, _headers: Headers, api: Api): Promise<void> {
    await api.runStore.increment('cents', centsOf(item));
  }
}

function centsOf({ name, cents }: Item): number {
  if (cents < 0) throw new RangeError(`${name} has a price below zero`);
  return cents;
}
