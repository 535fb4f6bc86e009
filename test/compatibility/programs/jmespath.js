import { search } from 'jmespath';

export class Workflow {
  async start(data, headers, api) {
    const fleet = {
      cars: [
        { name: 'a', km: 10, tags: ['x'] },
        { name: 'b', km: 30, tags: [] },
        { name: 'c', km: 20, tags: ['x', 'y'] },
      ],
    };
    await api.runStore.set('longest', search(fleet, 'max_by(cars, &km).name'));
    await api.runStore.set('tags', search(fleet, 'cars[].tags[] | sort(@)'));
    return search(fleet, 'cars[?km >= `20`] | sort_by(@, &km)[*].{name: name, first: tags[0]}');
  }
}
