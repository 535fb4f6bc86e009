import semver from 'semver';

export class Workflow {
  async start(data, headers, api) {
    const versions = ['1.2.3', '2.0.0-rc.1', '1.10.0', 'nonsense', '2.0.0'].filter((version) => semver.valid(version));
    await api.runStore.set('sorted', semver.sort([...versions]));
    await api.runStore.set('next', semver.inc('1.9.9', 'minor'));
    return { newest: semver.maxSatisfying(versions, '^1.2.0'), major: semver.diff('1.10.0', '2.0.0') };
  }
}
