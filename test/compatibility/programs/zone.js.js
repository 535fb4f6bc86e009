import 'zone.js';

export class Workflow {
  async start(data, headers, api) {
    const zone = Zone.current.fork({ name: 'order', properties: { id: 7 } });
    const later = () => new Promise((resolve) => setTimeout(() => resolve(Zone.current.get('id')), 1));
    await api.runStore.set(
      'name',
      zone.run(() => Zone.current.name),
    );
    return zone.run(later);
  }
}
