import { decodeTime, isValid, monotonicFactory, ulid } from 'ulid';

export class Workflow {
  async start(data, headers, api) {
    const next = monotonicFactory();
    const ids = Array.from({ length: 50 }, () => next(1_469_918_176_385));
    await api.runStore.set(
      'ordered',
      ids.every((id, index) => index === 0 || id > ids[index - 1]),
    );
    return { time: ulid(1_469_918_176_385).slice(0, 10), decoded: decodeTime(ids[0]), valid: isValid(ids[49]) };
  }
}
