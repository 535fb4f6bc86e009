import { parse, stringify, TomlError } from 'smol-toml';

export class Workflow {
  async start(data, headers, api) {
    const settings = parse(
      'name = "shop"\n[limits]\nrate = 1_000\nnames = ["a", "b"]\n[[hosts]]\nport = 0x50\n[[hosts]]\nport = 443\n',
    );
    await api.scheduleNextStep({ action: 'write', payload: settings });
    return settings;
  }

  async write(settings, headers, api) {
    await api.runStore.set('toml', stringify(settings));
    try {
      parse('a = 1\na = 2');
    } catch (error) {
      await api.runStore.set('refused', [error instanceof TomlError, error.line]);
    }
  }
}
