// Checks sources in a host of their own, one at a time. It is started with the runner, and again after it was lost.
import type { CheckPurpose } from '../admission/worker.ts';
import { clearInterval, clearTimeout, monotonicTime, setInterval, setTimeout } from '../machine-timers.ts';
import type { Checked, CheckPool, CheckUsed, Reported, Unchecked } from '../pool/threads.ts';
import { createTurnTaking, likelyMsOf } from '../pool/turn-taking.ts';
import type { ThreadEnd } from '../pool/worker-thread.ts';
import { defaultRegion } from '../protocol/region.ts';
import { type Asked, type CheckAnswer, decodeChecked, encodeCheck } from './check-frames.ts';
import { type Host, type HostOptions, startHost } from './host-process.ts';

/** Beyond the time that a check may take, for a host that is starting, or for one that does not keep to it. */
const graceMs = 10_000;
const lookEveryMs = 100;
/** Looks at a host that has not answered yet, and of which no thread has run: it does not start. See the supervisor. */
const stillbornLooksMost = 15;
const noCheck: Asked = { id: -1, purpose: 'admit', source: '' };
/** How often a source is tried whose host was ended from outside: that was no doing of the source's. */
const triesMost = 3;

export interface CheckBounds extends Omit<HostOptions, 'entry' | 'cellMemoryMb' | 'region'> {
  readonly hostMemoryMb: number;
}

export class HostChecks implements CheckPool {
  readonly #bounds: CheckBounds;
  readonly #queue = createTurnTaking();
  #host: Host | null = null;
  /** Whether it has answered anything. */
  #isUp = false;
  #asleepLooks = 0;
  readonly #ends: Set<Promise<void>> = new Set();
  #isClosed = false;
  #checks = 0;
  /** The check under way. */
  #asked = noCheck;
  /** Takes what comes next, from the host or of it. */
  #settle: (result: CheckAnswer | ThreadEnd) => void = () => {};

  constructor(bounds: CheckBounds) {
    this.#bounds = bounds;
    this.#host = this.#start();
  }

  check(source: string, wallMs: number, tenant: string, used?: CheckUsed): Promise<Checked> {
    return this.#ask<Checked>('admit', source, wallMs, tenant, used);
  }

  report(source: string, wallMs: number, tenant: string, used?: CheckUsed): Promise<Reported> {
    return this.#ask<Reported>('report', source, wallMs, tenant, used);
  }

  #ask<Answer extends CheckAnswer>(
    purpose: CheckPurpose,
    source: string,
    wallMs: number,
    tenant: string,
    used?: CheckUsed,
  ): Promise<Answer | Unchecked> {
    return this.#queue(tenant, likelyMsOf(source), async (): Promise<Answer | Unchecked> => {
      for (let tries = 0; tries < triesMost && !this.#isClosed; tries++) {
        const result = await this.#metered(used, () => this.#try(purpose, source, wallMs));
        // What it says was held against what was asked.
        if (typeof result === 'string' || 'ok' in result) return result as Answer;
        if (result.reason !== 'worker') return 'died';
      }
      return this.#isClosed ? 'died' : 'unavailable';
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#host?.kill();
    await Promise.all(this.#ends);
  }

  #start(): Host {
    this.#isUp = false;
    this.#asleepLooks = 0;
    const host = startHost({ ...this.#bounds, cellMemoryMb: 0, region: defaultRegion, entry: 'check-main' });
    host.channel.receive((frame) => {
      const answer = decodeChecked(frame, this.#asked);
      this.#asked = noCheck;
      if (this.#host !== host) return;
      this.#isUp = true;
      if (answer === null) this.#condemn('its answer is none');
      else this.#settle(answer);
    });
    const ended = host.ended.then((end) => {
      this.#ends.delete(ended);
      if (this.#host !== host) return; // It was condemned, and another may be at work.
      this.#host = null;
      this.#settle(end);
    });
    this.#ends.add(ended);
    return host;
  }

  /**
   * By what the system says of the host, which may have been taken over. Of one that is lost by then it says nothing; what one takes to start is
   * nobody's, nor is what it reads meanwhile.
   */
  async #metered<T>(used: CheckUsed | undefined, task: () => Promise<T>): Promise<T> {
    const host = this.#isUp ? this.#host : null;
    const before = host?.vitals()?.cpuMs;
    const began = monotonicTime();
    const result = await task();
    const tookMs = monotonicTime() - began;
    const isLost = this.#host === null;
    if (!isLost && host === null) return result; // It was starting.
    const after = host?.vitals()?.cpuMs;
    const isKnown = !isLost && before !== undefined && after !== undefined;
    used?.(isKnown ? Math.min(tookMs, Math.max(0, after - before)) : tookMs);
    return result;
  }

  /** Gives how the host ended if it did, or had to. */
  async #try(purpose: CheckPurpose, source: string, wallMs: number): Promise<CheckAnswer | ThreadEnd> {
    this.#host ??= this.#start();
    const { channel } = this.#host;
    const { promise, resolve } = Promise.withResolvers<CheckAnswer | ThreadEnd>();
    this.#settle = resolve;
    const deadline = setTimeout(() => this.#condemn('it did not answer'), wallMs + graceMs);
    const look = setInterval(() => this.#look(), lookEveryMs);
    this.#asked = { id: ++this.#checks, purpose, source };
    channel.send(encodeCheck({ ...this.#asked, wallMs }));
    const result = await promise;
    clearTimeout(deadline);
    clearInterval(look);
    return result;
  }

  #look(): void {
    const { hostMemoryMb } = this.#bounds;
    const vitals = this.#host?.vitals() ?? null;
    const bytes = vitals?.residentBytes ?? 0;
    if (bytes > hostMemoryMb * 2 ** 20) return this.#condemn(`it took more than ${hostMemoryMb} MB`);
    this.#asleepLooks = !this.#isUp && vitals?.isAsleep() === true ? this.#asleepLooks + 1 : 0;
    if (this.#asleepLooks > stillbornLooksMost) this.#condemn('it came to a standstill while it started', 'worker');
  }

  /** `worker`: the source that it was asked about is not to blame. */
  #condemn(detail: string, reason: 'fault' | 'worker' = 'fault'): void {
    const host = this.#host;
    this.#host = null;
    host?.kill();
    this.#settle({ reason, detail });
  }
}
