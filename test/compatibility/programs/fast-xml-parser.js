import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

const options = { ignoreAttributes: false, attributeNamePrefix: '@' };

export class Workflow {
  async start(data, headers, api) {
    const xml = '<order id="7"><line sku="A">2</line><line sku="B">3.5</line><note><![CDATA[a < b]]></note></order>';
    const order = new XMLParser(options).parse(xml);
    await api.scheduleNextStep({ action: 'build', payload: order });
    return order;
  }

  async build(order, headers, api) {
    await api.runStore.set('xml', new XMLBuilder({ ...options, format: true }).build(order));
    await api.runStore.set('refused', XMLValidator.validate('<a><b></a>').err.code);
  }
}
