import { parse, stringify } from 'ini';

export class Workflow {
  async start(data, headers, api) {
    const settings = parse('; shop\nname = tea\n[smtp.server]\nhost = mail.example.com\nport=25\nto[]=a\nto[]=b\n');
    await api.scheduleNextStep({ action: 'write', payload: settings });
    return settings;
  }

  async write(settings, headers, api) {
    settings.smtp.server.port = 587;
    await api.runStore.set('ini', stringify(settings, { whitespace: true, newline: false }));
  }
}
