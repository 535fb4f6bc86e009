import nunjucks from 'nunjucks';

export class Workflow {
  async start(data, headers, api) {
    const environment = new nunjucks.Environment(null, { autoescape: true });
    environment.addFilter('cents', (value) => (value / 100).toFixed(2));
    const template = '{% macro row(line) %}{{ loop }}{{ line.name | upper }} {{ line.price | cents }}{% endmacro %}';
    const body =
      '{% for line in lines %}{{ loop.index }}. {{ row(line) }}{% if not loop.last %}, {% endif %}{% endfor %}';
    const lines = [
      { name: 'a & b', price: 150 },
      { name: 'c', price: 5 },
    ];
    await api.runStore.set('joined', environment.renderString('{{ names | sort | join("-") }}', { names: ['b', 'a'] }));
    return environment.renderString(template + body, { lines });
  }
}
