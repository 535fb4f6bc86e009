import { createMimeMessage } from 'mimetext/browser';

export class Workflow {
  async start(data, headers, api) {
    const message = createMimeMessage();
    message.setSender({ name: 'Shop', addr: 'shop@example.com' });
    message.setRecipient('ann@example.com');
    message.setSubject('Your order ☕');
    message.setHeader('Message-ID', '<1@example.com>');
    message.setHeader('Date', 'Mon, 01 Jan 2024 00:00:00 +0000');
    message.addMessage({ contentType: 'text/plain', data: 'It is on its way.' });
    const text = message.asRaw();
    await api.runStore.set('subject', message.getSubject());
    return text.split('\r\n').filter((line) => /^(From|To|Subject):/.test(line));
  }
}
