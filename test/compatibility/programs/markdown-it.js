import MarkdownIt from 'markdown-it';

export class Workflow {
  async start(data, headers, api) {
    const markdown = new MarkdownIt({ html: false, linkify: true, typographer: true });
    const links = [];
    const plain = markdown.renderer.rules.link_open;
    markdown.renderer.rules.link_open = (tokens, index, options, environment, self) => {
      links.push(tokens[index].attrGet('href'));
      return plain ? plain(tokens, index, options, environment, self) : self.renderToken(tokens, index, options);
    };
    const html = markdown.render('## "Quoted" <b>\n\nSee example.com or [here](/a "t").\n\n```js\nlet a;\n```\n');
    await api.runStore.set('links', links);
    return html;
  }
}
