import Bluebird from 'bluebird';

export class Workflow {
  async start(data, headers, api) {
    const doubled = await Bluebird.map([1, 2, 3, 4], async (n) => n * 2, { concurrency: 2 });
    const sum = await Bluebird.reduce(doubled, (all, n) => all + n, 0);
    const late = await Bluebird.delay(5, 'late')
      .timeout(1)
      .catch(Bluebird.TimeoutError, (error) => error.name);
    await api.runStore.set('any', await Bluebird.any([Bluebird.reject(new Error('no')), Bluebird.delay(1, 'yes')]));
    await api.runStore.set('props', await Bluebird.props({ a: Promise.resolve(1), b: 2 }));
    return { doubled, sum, late };
  }
}
