// What the embedder that is killed runs, and what has to come of it.
export const runIds = ['one', 'two', 'three'];
const branches = 40;

export const workflow = `class Workflow {
  async start(data, headers, api) {
    for (let i = 0; i < ${branches}; i++) {
      await api.scheduleNextStep({ action: 'work', payload: i, delay: i % 3 === 0 ? '1 second' : undefined });
    }
    return 'fanned out';
  }
  async work(i, headers, api) {
    await api.runStore.increment('n');
    await Promise.all([api.runStore.increment('n'), api.runStore.push('items', i)]);
    if (i % 5 === 0 && api.attempt === 1) throw new Error('once more');
    const n = await api.runStore.increment('n');
    if (!(n > 0)) throw new Error('no number');
    if (i % 4 === 0) await api.scheduleNextStep({ action: 'after', payload: i });
    api.log('did ' + i);
  }
  async after(i, headers, api) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await api.runStore.push('items', 'after ' + i);
  }
  async onWorkflowComplete(api) {
    await api.runStore.push('hooks', await api.runStore.get('n'));
  }
}`;

const all = Array.from({ length: branches }, (_, i) => i);
const followed = all.filter((i) => i % 4 === 0);

/** Of each run, with what has no order sorted. */
export const expected = {
  status: 'completed',
  output: 'fanned out',
  n: 3 * branches,
  items: [...all.map(String), ...followed.map((i) => `after ${i}`)].toSorted(),
  hooks: [3 * branches],
  logs: all.map((i) => `did ${i}`).toSorted(),
  steps: {
    armed: 1 + branches + followed.length,
    completed: 1 + branches + followed.length,
    failed: 0,
    retried: branches / 5,
  },
};
