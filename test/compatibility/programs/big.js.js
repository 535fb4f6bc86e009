import Big from 'big.js';

export class Workflow {
  async start(data, headers, api) {
    const net = new Big('1234.567').times('0.1').round(2, Big.roundHalfEven);
    await api.scheduleNextStep({ action: 'tax', payload: net });
    return { net: net.toFixed(2), third: new Big(1).div(3).toString(), same: new Big('0.1').plus('0.2').eq('0.3') };
  }

  async tax(net, headers, api) {
    await api.runStore.set('tax', new Big(net).times('0.19').toFixed(4));
    try {
      new Big('12,5');
    } catch (error) {
      await api.runStore.set('refused', [error.name, error.message]);
    }
  }
}
