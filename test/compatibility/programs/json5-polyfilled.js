import JSON5 from 'json5';

export class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('written', JSON5.stringify({ a: [1, 'two'], 'b-c': null }));
    return JSON5.parse("{ unquoted: 'single', hex: 0xFF, }");
  }
}
