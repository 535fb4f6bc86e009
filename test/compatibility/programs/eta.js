import { Eta } from 'eta/core';

export class Workflow {
  async start(data, headers, api) {
    const eta = new Eta();
    eta.loadTemplate('@line', '<li><%= it.name %></li>');
    const template = '<ul><% it.lines.forEach((line) => { %><%~ include("@line", line) %><% }) %></ul>';
    const html = eta.renderString(template, { lines: [{ name: 'Tea & cake' }, { name: 'Milk' }] });
    await api.runStore.set(
      'later',
      await eta.renderStringAsync('<%= await it.later %>', { later: Promise.resolve(3) }),
    );
    return html;
  }
}
