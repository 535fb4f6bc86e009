import AES from 'crypto-js/aes';
import Base64 from 'crypto-js/enc-base64';
import Utf8 from 'crypto-js/enc-utf8';
import hmacSha1 from 'crypto-js/hmac-sha1';
import MD5 from 'crypto-js/md5';

export class Workflow {
  async start(data, headers, api) {
    const secret = AES.encrypt('a message', 'passphrase').toString();
    await api.scheduleNextStep({ action: 'read', payload: secret });
    return { md5: MD5('abc').toString(), signature: Base64.stringify(hmacSha1('GET /orders', 'key')) };
  }

  async read(secret, headers, api) {
    await api.runStore.set('text', AES.decrypt(secret, 'passphrase').toString(Utf8));
  }
}
