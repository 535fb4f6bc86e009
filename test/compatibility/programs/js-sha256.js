import { sha224, sha256 } from 'js-sha256';

export class Workflow {
  async start(data, headers, api) {
    const body = JSON.stringify({ id: 7, amount: '12.50' });
    const signature = sha256.hmac('secret', body);
    await api.scheduleNextStep({ action: 'verify', payload: { body, signature } });
    return { empty: sha256(''), signature, short: sha224('é') };
  }

  async verify({ body, signature }, headers, api) {
    const [half, rest] = [body.slice(0, 5), body.slice(5)];
    await api.runStore.set('valid', sha256.hmac.create('secret').update(half).update(rest).hex() === signature);
    await api.runStore.set('bytes', sha256.array(new Uint8Array([1, 2, 3])).slice(0, 4));
  }
}
