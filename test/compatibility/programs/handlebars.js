import Handlebars from 'handlebars';

export class Workflow {
  async start(data, headers, api) {
    Handlebars.registerHelper('money', (cents) => `${(cents / 100).toFixed(2)} EUR`);
    Handlebars.registerPartial('line', '{{name}}: {{money cents}}\n');
    const letter = Handlebars.compile(
      'Dear {{customer.name}},\n{{#each lines}}{{@index}} {{> line}}{{else}}Nothing.{{/each}}',
    );
    const lines = [
      { name: 'Tea & <milk>', cents: 450 },
      { name: 'Cake', cents: 1200 },
    ];
    await api.runStore.set('empty', letter({ customer: { name: 'Bo' }, lines: [] }));
    return letter({ customer: { name: 'Ann' }, lines });
  }
}
