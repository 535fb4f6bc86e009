import BigNumber from 'bignumber.js';

export class Workflow {
  async start(data, headers, api) {
    const wei = new BigNumber('123456789012345678901234567890');
    const text = wei
      .shiftedBy(-18)
      .toFormat(4, BigNumber.ROUND_DOWN, { groupSize: 3, groupSeparator: ' ', decimalSeparator: ',' });
    await api.runStore.set('hex', wei.toString(16));
    await api.runStore.set('json', { wei });
    return { text, remainder: wei.mod('97').toNumber(), fraction: new BigNumber('0.375').toFraction().map(String) };
  }
}
