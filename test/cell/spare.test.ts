// A cell that was made beforehand is like any other: whoever gets it finds nothing of the step that was run in it before.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CellFactory, createCellFactory } from '../../src/cell/cell.ts';
import { CellServer } from '../../src/pool/cell-server.ts';
import { defaultRegion } from '../../src/protocol/region.ts';
import { ampleMs, openCell, specOf, turnOf } from './cells.ts';

vi.mock('../../src/machine-timers.ts', () => import('../live-timers.ts'));

let factory: CellFactory;
beforeAll(() => {
  factory = createCellFactory();
});
afterAll(() => factory.close());

/** All that a step can find out about where it is, and all ops. */
const curious = `const seen = [];
  for (let o = globalThis; o; o = Object.getPrototypeOf(o)) seen.push(...Reflect.ownKeys(o).map(String).sort());
  seen.push(Object.keys(api), Object.keys(api.runStore), api.stepId, api.attempt, Math.random(), Date.now());
  seen.push(new Error('x').stack, Symbol.for('a').description, typeof Workflow);
  api.log(JSON.stringify(seen));
  api.runStore.set('k', 1); api.runStore.push('l', 2); api.runStore.increment('n'); api.runStore.delete('k');
  return seen.length;`;

describe('a spare cell', () => {
  it('is wanted once a cell was opened, until there is one', () => {
    const own = createCellFactory();
    expect(own.lacksSpare).toBe(false);
    own.prepare();
    expect(own.lacksSpare).toBe(false);
    openCell(own, '').dispose();
    expect(own.lacksSpare).toBe(true);
    own.prepare();
    expect(own.lacksSpare).toBe(false);
    openCell(own, '').dispose();
    expect(own.lacksSpare).toBe(true);
    own.prepare();
    own.close();
  });

  it('is wanted from the start where it is known what size most are', () => {
    const own = createCellFactory({ memoryMb: 64, region: defaultRegion });
    expect(own.lacksSpare).toBe(true);
    own.prepare();
    expect(own.lacksSpare).toBe(false);
    openCell(own, '', 64).dispose();
    expect(own.lacksSpare).toBe(true);
    own.close();
  });

  it('says what a cell says that was made for its step', () => {
    const fresh = turnOf(factory, curious, ampleMs);
    factory.prepare();
    const spare = turnOf(factory, curious, ampleMs);
    expect(fresh.kind).toBe('turn');
    expect({ ...spare, cpuMicros: 0 }).toEqual({ ...fresh, cpuMicros: 0 });
  });

  it('is given away once', () => {
    factory.prepare();
    const cells = [1, 2].map(() => openCell(factory, "globalThis.x = 1; api.log('alone');"));
    for (const cell of cells) cell.dispose();
    expect(turnOf(factory, 'return 1;', ampleMs).kind).toBe('turn');
  });

  it('is not given to a workflow that is granted another heap', () => {
    factory.prepare();
    const small = openCell(factory, '', 8);
    expect(factory.lacksSpare).toBe(true); // The one that is there is of another size.
    factory.prepare();
    const next = openCell(factory, '', 8);
    for (const cell of [small, next]) cell.dispose();
  });
});

describe('a worker', () => {
  afterEach(() => void vi.useRealTimers());

  it('makes its next cell when it has rested, however soon after its start it was used', () => {
    vi.useFakeTimers();
    const channel = { send() {}, receive() {}, close() {} };
    const server = new CellServer(channel, { frameBytes: 10_000, cellMemoryMb: 64, region: defaultRegion });
    vi.advanceTimersByTime(100);
    server.handle(['open', 1, specOf('', 64)]);
    vi.advanceTimersByTime(50);
    expect(vi.getTimerCount()).toBe(0);
    server.handle(['open', 2, specOf('', 64)]);
    expect(vi.getTimerCount()).toBe(1);
    server.close();
  });
});
