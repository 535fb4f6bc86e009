import pLimit from 'p-limit';

export class Workflow {
  async start(data, headers, api) {
    const limit = pLimit(3);
    let running = 0;
    let most = 0;
    const task = async (n) => {
      most = Math.max(most, ++running);
      await api.runStore.increment('sum', n);
      running--;
      return n * n;
    };
    const squares = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => limit(task, n)));
    return { squares, most };
  }
}
