import flat from 'core-js-pure/full/array/flat';
import from from 'core-js-pure/full/array/from';
import groupBy from 'core-js-pure/full/map/group-by';
import PromiseOf from 'core-js-pure/full/promise';
import SetOf from 'core-js-pure/full/set';
import structuredClone from 'core-js-pure/full/structured-clone';

export class Workflow {
  async start(data, headers, api) {
    const grouped = groupBy([1, 2, 3, 4], (number) => (number % 2 === 0 ? 'even' : 'odd'));
    await api.runStore.set('even', from(grouped.get('even')));
    await api.runStore.set('clone', structuredClone({ a: [new Date(0).getTime()] }));
    const set = new SetOf([1, 2, 3]).intersection(new SetOf([2, 3, 4]));
    const settled = await PromiseOf.allSettled([PromiseOf.resolve(1), PromiseOf.reject(2)]);
    return [flat([1, [2, [3]]], 2), from(set), settled.map(({ status }) => status)];
  }
}
