import currency from 'currency.js';

const euro = (value) => currency(value, { symbol: '€', separator: '.', decimal: ',', pattern: '# !' });

export class Workflow {
  async start(data, headers, api) {
    const total = euro('1.234,56').add('0,10').multiply(2);
    await api.runStore.set(
      'shares',
      total.distribute(3).map((share) => share.value),
    );
    return { total: total.format(), cents: total.intValue };
  }
}
