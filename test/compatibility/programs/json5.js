import JSON5 from 'json5/lib/index.js';

export class Workflow {
  async start(data, headers, api) {
    const settings = JSON5.parse("{ // rates\n unquoted: 'single', hex: 0xFF, trailing: [1, +2, .5,], 'a-b': null, }");
    await api.runStore.set('written', JSON5.stringify(settings, null, 2));
    try {
      JSON5.parse('{ a: }');
    } catch (error) {
      await api.runStore.set('refused', [error.name, error.message, error.columnNumber]);
    }
    return settings;
  }
}
