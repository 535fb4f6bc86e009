import { NIL, parse, stringify, v4, v5, v7, validate, version } from 'uuid';

export class Workflow {
  async start(data, headers, api) {
    const random = v4();
    await api.runStore.set('checks', [
      validate(random),
      version(random),
      version(v7()),
      random !== v4(),
      validate('x'),
    ]);
    const bytes = parse('6ba7b810-9dad-11d1-80b4-00c04fd430c8');
    await api.runStore.set('round', stringify(bytes));
    return { byName: v5('example.com', v5.DNS), nil: NIL };
  }
}
