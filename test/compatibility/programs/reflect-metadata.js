import 'reflect-metadata';

export class Workflow {
  async start(data, headers, api) {
    Reflect.defineMetadata('role', 'step', Workflow, 'start');
    await api.runStore.set('keys', Reflect.getMetadataKeys(Workflow, 'start'));
    return Reflect.getMetadata('role', Workflow, 'start');
  }
}
