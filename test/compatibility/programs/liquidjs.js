import { Liquid } from 'liquidjs';

export class Workflow {
  async start(data, headers, api) {
    const engine = new Liquid();
    engine.registerFilter('euros', (cents) => `${(cents / 100).toFixed(2)} EUR`);
    const template =
      '{% for p in products %}{{ forloop.index }} {{ p.name | capitalize }} {{ p.cents | euros }}{% unless forloop.last %}, {% endunless %}{% endfor %}';
    const products = [
      { name: 'tea', cents: 250 },
      { name: 'cake', cents: 1200 },
    ];
    await api.runStore.set('dated', await engine.parseAndRender('{{ "2024-02-29" | date: "%d/%m/%Y" }}'));
    return engine.parseAndRender(template, { products });
  }
}
