export class Workflow {
  async start(data, headers, api) {
    await api.runStore.set('greeting', `Hello, ${data.name}!`);
    return 7 + data.name.length;
  }
}
