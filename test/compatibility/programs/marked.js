import { Marked } from 'marked';

export class Workflow {
  async start(data, headers, api) {
    const marked = new Marked({ gfm: true });
    marked.use({ renderer: { strong: ({ text }) => `<b>${text}</b>` } });
    await api.scheduleNextStep({ action: 'outline', payload: '# One\n\ntext\n\n## Two\n' });
    return marked.parse(
      '# Order *7*\n\n| sku | n |\n| --- | --: |\n| A | **2** |\n\n- [x] paid\n- [ ] sent <https://example.com>\n',
    );
  }

  async outline(text, headers, api) {
    const headings = new Marked().lexer(text).filter(({ type }) => type === 'heading');
    await api.runStore.set(
      'outline',
      headings.map(({ depth, text: title }) => `${depth} ${title}`),
    );
  }
}
