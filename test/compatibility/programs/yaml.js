import { parse, parseDocument, stringify } from 'yaml';

const text = `# shipping rules
defaults: &defaults
  carrier: post
  days: 3
rules:
  - <<: *defaults
    country: DE
  - { country: NO, carrier: air, days: 0x05 }
`;

export class Workflow {
  async start(data, headers, api) {
    const rules = parse(text, { merge: true });
    await api.scheduleNextStep({ action: 'change', payload: text });
    return rules;
  }

  async change(source, headers, api) {
    const document = parseDocument(source);
    document.setIn(['defaults', 'days'], 4);
    await api.runStore.set('changed', String(document));
    await api.runStore.set('written', stringify({ 'a: b': [true, 'yes', null, 'two\nlines'] }));
    await api.runStore.set(
      'errors',
      parseDocument('a: [1').errors.map(({ code }) => code),
    );
  }
}
