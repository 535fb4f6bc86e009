import pluralize from 'pluralize';

export class Workflow {
  async start(data, headers, api) {
    pluralize.addIrregularRule('taco', 'tacoz');
    await api.runStore.set('checks', [
      pluralize.isPlural('mice'),
      pluralize.singular('matrices'),
      pluralize('taco', 3),
    ]);
    return ['person', 'child', 'sheep', 'city'].map((word, count) => pluralize(word, count, true));
  }
}
