import qs from 'qs';

export class Workflow {
  async start(data, headers, api) {
    const query = qs.parse('filter[status]=open&filter[tags][]=a&filter[tags][]=b%20c&page=2&__proto__[x]=1');
    await api.scheduleNextStep({ action: 'write', payload: query });
    return query;
  }

  async write(query, headers, api) {
    await api.runStore.set(
      'query',
      qs.stringify({ ...query, page: 3 }, { encodeValuesOnly: true, arrayFormat: 'brackets' }),
    );
  }
}
