import Mustache from 'mustache';

export class Workflow {
  async start(data, headers, api) {
    const template = '{{#orders}}{{id}}: {{> price}}{{^paid}} (open){{/paid}};{{/orders}} {{{raw}}} {{raw}}';
    const view = {
      orders: [
        { id: 1, cents: 250, paid: true },
        { id: 2, cents: 999 },
      ],
      raw: '<b>',
    };
    await api.scheduleNextStep({ action: 'list', payload: template });
    return Mustache.render(template, view, { price: '{{cents}} ct' });
  }

  async list(template, headers, api) {
    const names = Mustache.parse(template)
      .filter(([kind]) => kind !== 'text')
      .map(([kind, name]) => kind + name);
    await api.runStore.set('tags', names);
  }
}
