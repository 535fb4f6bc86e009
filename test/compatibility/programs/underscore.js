import _ from 'underscore';

export class Workflow {
  async start(data, headers, api) {
    const people = [
      { name: 'moe', age: 40 },
      { name: 'larry', age: 50 },
      { name: 'curly', age: 40 },
    ];
    await api.runStore.set('html', _.template('<% _.each(people, (p) => { %><%- p.name %> <% }); %>')({ people, _ }));
    return _.chain(people)
      .groupBy('age')
      .mapObject((group) => _.pluck(group, 'name'))
      .value();
  }
}
