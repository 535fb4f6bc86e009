import jspb from 'google-protobuf';

export class Workflow {
  async start(data, headers, api) {
    const writer = new jspb.BinaryWriter();
    writer.writeString(1, 'tea');
    writer.writeInt32(2, 42);
    writer.writeDouble(3, 3.5);
    const bytes = writer.getResultBuffer();
    const reader = new jspb.BinaryReader(bytes);
    const found = {};
    while (reader.nextField() && !reader.isEndGroup()) {
      const field = reader.getFieldNumber();
      if (field === 1) found.item = reader.readString();
      else if (field === 2) found.count = reader.readInt32();
      else found.price = reader.readDouble();
    }
    await api.runStore.set('bytes', [...bytes]);
    return found;
  }
}
