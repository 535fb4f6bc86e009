import slugify from 'slugify';

export class Workflow {
  async start(data, headers, api) {
    slugify.extend({ '☢': 'radioactive' });
    await api.runStore.set('options', slugify('Größe & Weight: 5 ☢', { lower: true, strict: true, locale: 'de' }));
    return slugify('Déjà Vu, 50% off!', { replacement: '_', remove: /[!,]/g });
  }
}
