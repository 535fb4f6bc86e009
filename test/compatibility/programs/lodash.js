import _ from 'lodash';

export class Workflow {
  async start(data, headers, api) {
    const orders = [
      { who: 'ann', cents: 250, on: new Date(0) },
      { who: 'bo', cents: 100 },
      { who: 'ann', cents: 50 },
    ];
    const sums = _(orders)
      .groupBy('who')
      .mapValues((list) => _.sumBy(list, 'cents'))
      .toPairs()
      .sortBy(1)
      .value();
    await api.runStore.set('words', [
      _.camelCase('Foo bar-baz'),
      _.startCase('fooBar'),
      _.deburr('déjà'),
      _.truncate('abcdefgh', { length: 5 }),
    ]);
    await api.runStore.set('same', _.isEqual(_.cloneDeep(orders), orders));
    return {
      sums,
      most: _.maxBy(orders, 'cents').who,
      memo: _.memoize((n) => n * 2)(21),
      picked: _.pick(orders[0], ['who']),
    };
  }
}
