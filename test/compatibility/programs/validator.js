import validator from 'validator';

export class Workflow {
  async start(data, headers, api) {
    const checks = {
      email: validator.isEmail('ann+shop@example.com'),
      iban: validator.isIBAN('DE89370400440532013000'),
      card: validator.isCreditCard('4111 1111 1111 1112'),
      url: validator.isURL('https://example.com/a?b=c', { protocols: ['https'] }),
      phone: validator.isMobilePhone('+919876543210', 'en-IN'),
    };
    await api.runStore.set('clean', [
      validator.normalizeEmail('Ann.B+x@gmail.com'),
      validator.escape('<b>'),
      validator.toInt('7x'),
    ]);
    return checks;
  }
}
