import * as R from 'ramda';

const total = R.pipe(
  R.filter(R.propEq('open', 'status')),
  R.map(R.converge(R.multiply, [R.prop('n'), R.prop('price')])),
  R.sum,
);

export class Workflow {
  async start(data, headers, api) {
    const lines = [
      { status: 'open', n: 2, price: 3 },
      { status: 'sent', n: 9, price: 9 },
      { status: 'open', n: 1, price: 4 },
    ];
    const price = R.lensPath([0, 'price']);
    await api.runStore.set('raised', R.over(price, R.add(10), lines)[0]);
    await api.runStore.set('first', R.transduce(R.compose(R.map(R.inc), R.take(2)), R.flip(R.append), [], [1, 2, 3]));
    return { total: total(lines), same: R.equals(lines, R.clone(lines)), by: R.countBy(R.prop('status'), lines) };
  }
}
