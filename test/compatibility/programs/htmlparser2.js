import { Parser } from 'htmlparser2';

export class Workflow {
  async start(data, headers, api) {
    const links = [];
    let title = '';
    let inTitle = false;
    const parser = new Parser({
      onopentag: (name, attributes) => {
        if (name === 'a') links.push(attributes.href);
        inTitle = name === 'title';
      },
      ontext: (text) => {
        if (inTitle) title += text;
      },
      onclosetag: () => {
        inTitle = false;
      },
    });
    for (const chunk of ['<title>Tea &am', 'p; cake</title><p>unclosed <a href=/a>x', '</a><A HREF="/b?c=1&amp;d">'])
      parser.write(chunk);
    parser.end();
    await api.runStore.set('links', links);
    return title;
  }
}
