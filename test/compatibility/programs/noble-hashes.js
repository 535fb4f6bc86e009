import { hmac } from '@noble/hashes/hmac.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export class Workflow {
  async start(data, headers, api) {
    const message = utf8ToBytes('abc');
    await api.runStore.set('mac', bytesToHex(hmac(sha256, utf8ToBytes('key'), message)));
    await api.runStore.set(
      'derived',
      bytesToHex(pbkdf2(sha256, utf8ToBytes('password'), utf8ToBytes('salt'), { c: 10, dkLen: 16 })),
    );
    return {
      sha256: bytesToHex(sha256(message)),
      sha3: bytesToHex(sha3_256(message)),
      sha512: bytesToHex(sha512(message)).slice(0, 16),
    };
  }
}
