// A host that hangs, bloats or sleeps is condemned for the right reason; one that is merely kept from running, or whose
// judge was busy, is not.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Vitals } from '../../src/pool/worker-thread.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import { Supervisor } from '../../src/schedule/supervisor.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { linkTo, placeOn, type StillThread, start, stillThread } from './links.ts';

vi.mock('../../src/machine-timers.ts', () => import('../live-timers.ts'));

const lookMs = 100;
const hostMemoryMb = 100;

let links: Set<WorkerLink>;
let supervisor: Supervisor;
/** Verdicts, in order. */
let told: string[];

beforeEach(() => {
  vi.useFakeTimers();
  links = new Set();
  told = [];
  supervisor = new Supervisor(links, hostMemoryMb, {
    condemned: (link, { reason, detail }) => {
      links.delete(link);
      told.push(`${reason}: ${detail}`);
    },
    idle: (link) => {
      links.delete(link);
      told.push('idle');
    },
    spent: (link) => {
      link.isRetiring = true;
      told.push('spent');
    },
  });
});

afterEach(() => {
  supervisor.close();
  vi.useRealTimers();
});

interface Host {
  readonly link: WorkerLink;
  readonly thread: StillThread;
}

/** A host that is up, and has nothing to do. */
function host(lane: 'shared' | 'exclusive' = 'shared', isKillable = true): Host {
  const thread = stillThread({ isKillable });
  const link = linkTo(thread, lane);
  link.over();
  links.add(link);
  return { link, thread };
}

/** A host in the middle of a turn: 50 ms in the shared lane, 5 s alone. */
function busyHost(lane: 'shared' | 'exclusive' = 'shared'): Host {
  const busy = host(lane);
  const attempt = warm(placeOn(busy.link, runOf()));
  start(busy.link, attempt);
  return busy;
}

const vitals = (cpuMs: number, isAsleep = false, residentBytes = 1): Vitals => ({
  cpuMs,
  residentBytes,
  isAsleep: () => isAsleep,
});

/** Its cell is there already: its turn is given no time to make it. */
function warm(attempt: PlacedAttempt): PlacedAttempt {
  attempt.cell.isOpened = true;
  return attempt;
}

/** Looks until there is a verdict, with the system saying this at each look. Gives how many looks it took. */
function looksUntilVerdict({ thread }: Host, at: (look: number) => Vitals | null, most = 1_000): number {
  for (let look = 0; look < most; look++) {
    if (told.length > 0) return look;
    thread.says(at(look));
    supervisor.look(0); // Never late.
  }
  return told.length > 0 ? most : Number.POSITIVE_INFINITY;
}

describe('a host that takes too much memory', () => {
  it('is condemned at the first look, whatever it is at', () => {
    for (const bloated of [host(), busyHost(), host('exclusive'), busyHost('exclusive')]) {
      bloated.thread.says(vitals(0, false, hostMemoryMb * 2 ** 20 + 1));
    }
    supervisor.look(0); // Never late.
    expect(told).toEqual(Array(4).fill('memory: its host took more than 100 MB'));
  });

  it('is not when it takes all that it may', () => {
    host().thread.says(vitals(0, false, hostMemoryMb * 2 ** 20));
    supervisor.look(0); // Never late.
    expect(told).toEqual([]);
  });
});

describe('a host that has just been started', () => {
  function newborn(): Host {
    const thread = stillThread();
    const link = linkTo(thread);
    links.add(link);
    return { link, thread };
  }

  it('does not start if no thread of it has run for a second and a half: nobody is to blame', () => {
    expect(looksUntilVerdict(newborn(), () => vitals(10, true))).toBe(17);
    expect(told).toEqual([expect.stringMatching(/^worker: it came to a standstill while it started, .*`pids.max`$/)]);
  });

  it('may sleep now and then', () => {
    expect(looksUntilVerdict(newborn(), (look) => vitals(10, look % 15 !== 0), 150)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is up once it has answered, and is asked less often from then on', () => {
    const { link, thread } = newborn();
    link.over();
    link.ping();
    expect(looksUntilVerdict({ link, thread }, () => vitals(10, true), 20)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a host that is at a turn', () => {
  it('hangs when it has used its budget and 300 ms more', () => {
    expect(looksUntilVerdict(busyHost(), (look) => vitals(7_000 + look * lookMs))).toBe(5);
    expect(told).toEqual(['cpu: its host did not answer']);
  });

  it('has its whole CPU time alone', () => {
    expect(looksUntilVerdict(busyHost('exclusive'), (look) => vitals(look * lookMs))).toBe(55);
    expect(told).toEqual(['cpu: its host did not answer']);
  });

  it('is judged by time alone where the system does not tell what it uses', () => {
    expect(looksUntilVerdict(busyHost(), () => null)).toBe(5);
    expect(told).toEqual(['cpu: its host did not answer']);
  });

  it('is given six times as long when it is kept from running, and then nobody is to blame', () => {
    expect(looksUntilVerdict(busyHost(), (look) => vitals(look * 10))).toBe(23);
    expect(told).toEqual(['worker: its host did not answer']);
  });

  it('is not charged with what its process had used before', () => {
    expect(looksUntilVerdict(busyHost(), () => vitals(7_000))).toBe(23);
    expect(told).toEqual(['worker: its host did not answer']);
  });

  it('hangs late when it was kept from running at first', () => {
    const cpuMs = (look: number): number => Math.max(0, look - 10) * lookMs;
    expect(looksUntilVerdict(busyHost(), (look) => vitals(cpuMs(look)))).toBe(15);
    expect(told).toEqual(['cpu: its host did not answer']);
  });

  it('that opens a cell has time for that as well', () => {
    const opening = host();
    start(opening.link, placeOn(opening.link, runOf()));
    expect(looksUntilVerdict(opening, (look) => vitals(look * lookMs))).toBe(7);
  });

  it('is not parked while bytes go over its channel, or while this process was busy', () => {
    const reading = busyHost('exclusive');
    for (let look = 0; look < 50; look++) {
      reading.thread.says(vitals(0, true));
      reading.thread.moves();
      supervisor.look(0);
    }
    expect(told).toEqual([]);
    for (let look = 0; look < 50; look++) supervisor.look(look * 1_000);
    expect(told).toEqual([]);
  });

  it('is parked when none of its threads has run for half a second', () => {
    expect(looksUntilVerdict(busyHost('exclusive'), () => vitals(0, true))).toBe(7);
    expect(told).toEqual(['memory: its host came to a standstill']);
  });

  it('is not parked when one of them ran in between', () => {
    expect(looksUntilVerdict(busyHost('exclusive'), (look) => vitals(0, look % 6 !== 0), 100)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('is not condemned while it answers in time, however long it goes on', () => {
    const { link, thread } = busyHost();
    const attempt = warm(placeOn(link, runOf()));
    for (let look = 0; look < 600; look++) {
      thread.says(vitals(look * lookMs, true));
      supervisor.look(0); // Never late.
      if (look % 4 === 0) {
        link.over();
        start(link, attempt);
      }
    }
    expect(told).toEqual([]);
  });

  it('is not judged by the turn before', () => {
    const busy = busyHost();
    const attempt = warm(placeOn(busy.link, runOf()));
    expect(looksUntilVerdict(busy, (look) => vitals(look * lookMs), 4)).toBe(Number.POSITIVE_INFINITY);
    start(busy.link, attempt);
    busy.link.over();
    expect(looksUntilVerdict(busy, (look) => vitals(600 + look * lookMs))).toBe(5);
  });
});

describe('a host that is at a turn of a step that was stopped meanwhile', () => {
  function stoppedHost(lane: 'shared' | 'exclusive', others: number): Host {
    const stopped = host(lane);
    const attempt = warm(placeOn(stopped.link, runOf()));
    start(stopped.link, attempt, ...Array.from({ length: others }, () => placeOn(stopped.link, attempt.step.run)));
    attempt.isOver = true;
    return stopped;
  }

  it('is given a slice alone, and is replaced then: nobody is to blame', () => {
    expect(looksUntilVerdict(stoppedHost('exclusive', 0), (look) => vitals(look * lookMs))).toBe(2);
    expect(told).toEqual(['replaced: its step was stopped']);
  });

  it('is given six slices when it is kept from running', () => {
    expect(looksUntilVerdict(stoppedHost('exclusive', 0), (look) => vitals(look))).toBe(5);
    expect(told).toEqual(['worker: its host did not answer']);
  });

  it('has its time in the shared lane, where others wait for it, and nobody is to blame then either', () => {
    expect(looksUntilVerdict(stoppedHost('shared', 0), (look) => vitals(look * lookMs))).toBe(5);
    expect(told).toEqual(['replaced: its step was stopped']);
  });

  it('hangs if the turn was for another step as well', () => {
    expect(looksUntilVerdict(stoppedHost('shared', 1), (look) => vitals(look * lookMs))).toBe(5);
    expect(told).toEqual(['cpu: its host did not answer']);
  });
});

describe('a host that is asked whether it is there', () => {
  it('is silent after two seconds and a grace, and nobody is to blame', () => {
    const asked = host();
    asked.link.ping();
    expect(looksUntilVerdict(asked, (look) => vitals(look * lookMs))).toBe(25);
    expect(told).toEqual(['worker: its host did not answer']);
  });

  it('may sleep meanwhile, for six times as long', () => {
    const asked = host();
    asked.link.ping();
    expect(looksUntilVerdict(asked, () => vitals(0, true))).toBe(140);
    expect(told).toEqual(['worker: its host did not answer']);
  });

  it('has twenty seconds when it has just been started', () => {
    const thread = stillThread();
    const link = linkTo(thread);
    links.add(link);
    expect(looksUntilVerdict({ link, thread }, (look) => vitals(look * lookMs))).toBe(205);
    expect(told).toEqual(['worker: its host did not answer']);
  });
});

describe('a host that has nothing to do', () => {
  const pings = ({ thread }: Host): number => thread.heard.filter(([kind]) => kind === 'ping').length - 1;

  function look(times: number): void {
    for (let i = 0; i < times; i++) supervisor.look(0); // Never late.
  }

  it('is asked every so often, and not again before it has answered', () => {
    const idle = host();
    look(11);
    expect(pings(idle)).toBe(0);
    look(10);
    expect(pings(idle)).toBe(1);
    idle.link.over();
    look(12);
    expect(pings(idle)).toBe(2);
  });

  it('is let go after half a minute if it is one of the exclusive lane', () => {
    const idle = host('exclusive');
    look(301);
    expect(told).toEqual([]);
    look(1);
    expect([told, pings(idle)]).toEqual([['idle'], 0]);
  });

  it('is let go also if it is a thread of this process', () => {
    host('exclusive', false);
    look(302);
    expect(told).toEqual(['idle']);
  });

  it('is kept while a step is in it, and in the shared lane', () => {
    const waiting = host('exclusive');
    placeOn(waiting.link, runOf());
    const shared = host();
    for (let i = 0; i < 1_000; i++) {
      supervisor.look(0); // Never late.
      if (shared.link.underWay !== undefined) shared.link.over();
    }
    expect(told).toEqual([]);
  });
});

describe('a thread of this process', () => {
  it('is never condemned, for it cannot be ended', () => {
    const { link, thread } = host('shared', false);
    thread.says(vitals(0, true, 2 ** 40));
    start(link, warm(placeOn(link, runOf())));
    for (let i = 0; i < 1_000; i++) supervisor.look(0); // Never late.
    expect(told).toEqual([]);
  });
});

describe('looks', () => {
  it('come by themselves, every 100 ms, until it is closed', () => {
    busyHost();
    vi.advanceTimersByTime(4 * lookMs);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(lookMs);
    expect(told).toEqual(['cpu: its host did not answer']);
    busyHost();
    supervisor.close();
    vi.advanceTimersByTime(100_000);
    expect([told.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('count, not the time between them: a main thread that was busy does not blame others for it', () => {
    const { link } = busyHost();
    for (let i = 0; i < 4; i++) {
      vi.setSystemTime(Date.now() + 60_000);
      supervisor.look(0); // Never late.
    }
    link.over(); // The answer had waited to be read.
    supervisor.look(0); // Never late.
    expect(told).toEqual([]);
  });

  it('see every host, whatever becomes of those before it', () => {
    const hosts = [busyHost(), busyHost(), busyHost()];
    for (const { thread } of hosts) thread.says(vitals(0, false, 2 ** 40));
    hosts[1]?.thread.says(vitals(0));
    supervisor.look(0); // Never late.
    expect([told.length, [...links]]).toEqual([2, [hosts[1]?.link]]);
  });
});

describe('a host that has opened as many cells as one may', () => {
  const spentHost = (lane: 'shared' | 'exclusive' = 'shared'): Host => {
    const thread = stillThread();
    const link = linkTo(thread, lane, { cellsOpenedPerHost: 1 });
    link.over();
    links.add(link);
    return { link, thread };
  };

  it('is spent, once, and is idle when its steps have ended', () => {
    const { link } = spentHost();
    const attempt = placeOn(link, runOf());
    start(link, attempt);
    link.over();
    vi.advanceTimersByTime(5 * lookMs);
    expect(told).toEqual(['spent']);
    link.load.remove(attempt);
    vi.advanceTimersByTime(3 * lookMs);
    expect(told).toEqual(['spent', 'idle']);
  });

  it('is let go of at once where others are started when they are needed', () => {
    const { link } = spentHost('exclusive');
    const attempt = placeOn(link, runOf());
    vi.advanceTimersByTime(5 * lookMs);
    expect(told).toEqual([]);
    link.load.remove(attempt);
    vi.advanceTimersByTime(3 * lookMs);
    expect(told).toEqual(['idle']);
  });
});
