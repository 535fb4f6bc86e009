import 'should';

export class Workflow {
  async start(data, headers, api) {
    try {
      [1, 2].should.containEql(3);
    } catch (error) {
      await api.runStore.set('refused', [error.name, error.message]);
    }
    return { ok: (5).should.be.above(4) !== undefined };
  }
}
