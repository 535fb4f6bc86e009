import { fromJS, Map as ImmutableMap, List, OrderedSet, Record } from 'immutable';

const Line = Record({ sku: '', n: 1 });

export class Workflow {
  async start(data, headers, api) {
    const before = fromJS({ cart: { lines: [{ sku: 'A', n: 1 }], coupon: null } });
    const after = before.updateIn(['cart', 'lines'], (lines) => lines.push(ImmutableMap({ sku: 'B', n: 2 })));
    await api.runStore.set('after', after);
    await api.runStore.set('set', OrderedSet([3, 1, 3, 2]).add(1).toArray());
    const sizes = [before, after].map((state) => state.getIn(['cart', 'lines']).size);
    const line = new Line({ sku: 'C' }).set('n', 5);
    return {
      sizes,
      line,
      same: List([1, 2]).equals(List.of(1, 2)),
      groups: List([1, 2, 3])
        .groupBy((n) => n % 2)
        .toJS(),
    };
  }
}
