import ms from 'ms';

export class Workflow {
  async start(data, headers, api) {
    const delays = ['1m', '2.5 hrs', '3 days', '-1y'].map((text) => ms(text));
    await api.scheduleNextStep({ action: 'tell', payload: delays });
    return delays;
  }

  async tell(delays, headers, api) {
    await api.runStore.set(
      'texts',
      delays.map((delay) => ms(delay, { long: true })),
    );
  }
}
