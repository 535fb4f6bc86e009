import Decimal from 'decimal.js';

export class Workflow {
  async start(data, headers, api) {
    const Money = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_EVEN });
    const total = ['0.1', '0.2', '19.995'].reduce((sum, price) => sum.plus(price), new Money(0));
    await api.scheduleNextStep({ action: 'split', payload: total.toString() });
    return {
      total: total.toFixed(2),
      root: new Money(2).sqrt().toString(),
      power: new Money('1.05').pow(30).toFixed(10),
    };
  }

  async split(total, headers, api) {
    const share = new Decimal(total).div(3).toDecimalPlaces(2, Decimal.ROUND_DOWN);
    await api.runStore.set('shares', [share, share, new Decimal(total).minus(share.times(2))]);
  }
}
