import ejs from 'ejs';

export class Workflow {
  async start(data, headers, api) {
    const page = ejs.compile('<ul><% for (const item of items) { %><li><%= item.name %></li><% } %></ul><%- note %>');
    const html = page({ items: [{ name: 'Tea & cake' }, { name: 'Milk' }], note: '<hr>' });
    await api.scheduleNextStep({ action: 'wrong', payload: '<% if (missing) { %>yes<% } %>' });
    return html;
  }

  async wrong(template, headers, api) {
    try {
      ejs.render(template, {});
    } catch (error) {
      await api.runStore.set('error', error.message.split('\n').at(-1));
    }
  }
}
