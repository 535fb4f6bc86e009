import { decode, encode, escape as escapeHtml } from 'he';

export class Workflow {
  async start(data, headers, api) {
    const encoded = encode('Tea & cake © 𝌆 "5€"', { useNamedReferences: true });
    await api.scheduleNextStep({ action: 'decode', payload: encoded });
    return { encoded, escaped: escapeHtml('<a href="x">&</a>') };
  }

  async decode(encoded, headers, api) {
    await api.runStore.set('decoded', decode(`${encoded} &#x1F600; &notin; &notit;`));
  }
}
