// The one workflow of the simulation: carries out the plan that it is given as data.
import { hookCounter, hooksKey, ticketCounter, toldKey } from './plan.ts';

export const plannedWorkflow = `
async function perform({ path, actions }, api) {
  const { runStore } = api;
  const witnessed = new Map();
  const own = (kind, flow) => kind + ' of ' + path + ' ' + flow;
  const note = (kind, flow, value) => runStore.push(own(kind, flow), value);
  const noteCode = async (flow, promise) => {
    const code = await promise.then(() => 'none', (error) => error.code);
    await note('codes', flow, code);
  };
  const acts = {
    increment: ({ key, delta }) => runStore.increment(key, delta),
    push: ({ key, at }, flow) => runStore.push(key, [path, flow, at]),
    place: async ({ key, at }, flow) => {
      await note('places', flow, [key, at, await runStore.push(key, [path, flow, at])]);
    },
    ticket: async (_, flow) => {
      await note('tickets', flow, await runStore.increment('${ticketCounter}'));
    },
    get: ({ key }) => runStore.get(key),
    glimpse: async ({ key }, flow) => {
      await note('glimpses', flow, await runStore.get(key));
    },
    set: ({ value }, flow) => runStore.set(own('value', flow), value),
    delete: (_, flow) => runStore.delete(own('value', flow)),
    recall: async (_, flow) => {
      await note('recalled', flow, await runStore.get(own('value', flow)));
    },
    attempt: (_, flow) => runStore.increment(own('attempts', flow), api.attempt),
    log: ({ level, at }, flow) => {
      if (level === 'log') api.log(path, flow, at);
      else console[level](path, flow, at);
    },
    witness: async ({ at, afterMs }, flow) => {
      if (afterMs > 0) await acts.sleep({ ms: afterMs });
      const seen = [at, Math.random(), Date.now()];
      witnessed.set(at, seen);
      await note('witnessed', flow, seen);
    },
    confirm: ({ at }, flow) => note('witnessed', flow, witnessed.get(at)),
    refused: ({ by }, flow) =>
      noteCode(flow, by === 'hook' ? api.scheduleNextStep({ action: 'work' }) : runStore.increment('id of ' + path)),
    sleep: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms)),
    timer: ({ ms }) => { setTimeout(() => {}, ms); },
    burn: ({ rounds }) => {
      let sum = 0;
      for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) | 0;
      if (sum === 0.5) throw new Error('Not a whole number.');
    },
    hop: async ({ hops }) => {
      for (let i = 0; i < hops; i++) await null;
    },
    parallel: ({ flows }) => Promise.all(flows.map(follow)),
    float: ({ flow }) => { void follow(flow); },
    schedule: ({ delay, child }) => api.scheduleNextStep({ action: child.action, delay, payload: child }),
    fail: async ({ attempts, how }) => {
      if (api.attempt > attempts) return;
      if (how === 'null') throw null;
      if (how === 'refusal') await runStore.increment('id of ' + path);
      throw Object.assign(new Error('as planned'), { code: 'PLANNED ' + path, retryable: how !== 'final' });
    },
  };
  async function follow({ flow, actions }) {
    for (const action of actions) await acts[action.do](action, flow);
  }
  // The time at which an attempt begins is a step's as well: were it another, this would be another call.
  await runStore.set('id of ' + path, [api.stepId, Date.now()]);
  await follow({ flow: 0, actions });
}

export class Workflow {
  async start({ seed, start, hooks }, headers, api) {
    await api.runStore.set('${hooksKey}', hooks);
    await perform(start, api);
    return { seed, headers };
  }
  async work(plan, headers, api) {
    await perform(plan, api);
  }
  async toil(plan, headers, api) {
    await perform(plan, api);
  }
  async onWorkflowComplete(api) {
    await api.runStore.increment('${hookCounter}');
    await perform((await api.runStore.get('${hooksKey}')).complete, api);
  }
  async onWorkflowError(error, api) {
    await api.runStore.increment('${hookCounter}');
    await api.runStore.push('${toldKey}', [error.code, error.message]);
    await perform((await api.runStore.get('${hooksKey}')).error, api);
  }
}`;
