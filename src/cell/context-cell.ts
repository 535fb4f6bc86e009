// One isolate, owned by one tenant and one workflow, in which each step has a context of its own that is not frozen: `isolation: 'context'`.
// A step can spoil what its context was given. The realm's own code there uses nothing of that; should it do so by mistake, what comes out of
// a context is held against whose it is and what a realm writes, by code in a context that no step ever enters (`realm/check-entry.ts`).
import { monotonicTime } from '../machine-timers.ts';
import type { CellSpec } from '../protocol/frames.ts';
import { fieldSeparator, inboxLetters, recordSeparator } from '../protocol/records.ts';
import { type checked, verdicts } from '../realm/check-entry.ts';
import type { Realm } from '../realm/realm.ts';
import { compileWrapped, hostCallMs, loadRealm, openRealm, rejectionIn, type Source, useRegion } from './blank-cell.ts';
import type { Cell } from './cell.ts';
import { type Context, createIsolate, disposeIsolate, type Isolate, type Reference, type Script } from './isolate.ts';
import { realmEntries } from './realm-source.ts';
import { Breach, textOf, timedTurn, timerMs } from './timed-turn.ts';
import type { Guard, Watchdog } from './watchdog.ts';

/** A step's own realm. */
interface Room {
  readonly context: Context;
  readonly deliver: Reference;
  readonly take: Reference<Realm['take']>;
  readonly realm: Reference<Realm>;
  /** The record that told it the time last. */
  time: string;
}

/** What a turn has for one step. */
interface Mail {
  text: string;
  isStart: boolean;
  isEnd: boolean;
}

/** Throws if it cannot be made. */
export function openContextCell(spec: CellSpec, source: Source, watchdog: Watchdog): Cell {
  const isolate = createIsolate(spec.memoryMb);
  try {
    return new ContextCell(isolate, watchdog.guard(isolate), spec, source);
  } catch (error) {
    disposeIsolate(isolate);
    throw error;
  }
}

class ContextCell implements Cell {
  readonly #isolate: Isolate;
  readonly #guard: Guard;
  readonly #spec: CellSpec;
  readonly #source: Source;
  readonly #script: Script;
  /** Takes out what a context has said, and tells what it is. */
  readonly #check: Reference<typeof checked>;
  /** By `ref`. */
  readonly #rooms: Map<string, Room> = new Map();
  /** The record of the time that holds now. */
  #time = '';
  /** The record of the run whose steps are started next. */
  #run = '';

  constructor(isolate: Isolate, guard: Guard, spec: CellSpec, source: Source) {
    this.#isolate = isolate;
    this.#guard = guard;
    this.#spec = spec;
    this.#source = source;
    this.#script = guard(hostCallMs, () => compileWrapped(isolate, spec, []));
    this.#check = guard(hostCallMs, () => {
      const entry = loadRealm(isolate, isolate.createContextSync(), source, realmEntries.check);
      return entry.namespace.getSync('checked', { reference: true }) as Reference<typeof checked>;
    });
  }

  turn(text: string, budgetMs: number) {
    let entered: Room | undefined;
    const enter = (allowedMs: number): string => {
      let left = allowedMs;
      let said = '';
      for (const [ref, mail] of this.#sorted(text)) {
        if (mail.isStart)
          this.#rooms.set(
            ref,
            this.#guard(hostCallMs, () => this.#openRoom()),
          );
        const room = this.#rooms.get(ref);
        if (room === undefined) continue; // The step has ended, and what comes for it comes too late.
        const began = monotonicTime();
        entered = room;
        const own = this.#enter(room, ref, mail.text, Math.max(1, Math.ceil(left)));
        left -= monotonicTime() - began;
        said += own.slice(1);
        if (own.startsWith(verdicts.ended) || mail.isEnd) this.#leave(ref, room);
      }
      return said;
    };
    const tell = (message: string, allowedMs: number): unknown =>
      entered && this.#guard(allowedMs, () => rejectionIn((entered as Room).realm, message, allowedMs));
    return timedTurn(this.#isolate, this.#spec.memoryMb, budgetMs, { enter, tell, guard: this.#guard });
  }

  heapBytes(): number {
    return this.#isolate.getHeapStatisticsSync().used_heap_size;
  }

  dispose(): void {
    disposeIsolate(this.#isolate);
  }

  /** By step, in the order in which steps come in the text; each is told the time as far as it has changed for it. */
  #sorted(text: string): Map<string, Mail> {
    const mails = new Map<string, Mail>();
    const times = new Map<string, string>();
    for (const record of text.split(recordSeparator)) {
      if (record === '') continue;
      const [letter = '', ref = ''] = record.split(fieldSeparator, 2);
      if (letter === inboxLetters.now) {
        this.#time = record + recordSeparator;
        continue;
      }
      if (letter === inboxLetters.run) {
        this.#run = record + recordSeparator;
        continue;
      }
      const mail = mails.get(ref) ?? { text: '', isStart: false, isEnd: false };
      mails.set(ref, mail);
      const told = times.get(ref) ?? this.#rooms.get(ref)?.time;
      if (told !== this.#time) mail.text += this.#time;
      times.set(ref, this.#time);
      if (letter === inboxLetters.start) {
        mail.text += this.#run;
        mail.isStart = true;
      }
      mail.text += record + recordSeparator;
      if (letter === inboxLetters.forget) mail.isEnd = true;
    }
    for (const [ref, time] of times) {
      const room = this.#rooms.get(ref);
      if (room !== undefined) room.time = time;
    }
    return mails;
  }

  /** Both halves are the tenant's here: the second one writes out what its step has asked for, and reads it once more. */
  #enter({ deliver, take }: Room, ref: string, text: string, allowedMs: number): string {
    const timeout = timerMs(allowedMs);
    this.#guard(allowedMs, () => deliver.applySync(undefined, [text], { timeout }));
    const said = textOf(
      this.#guard(allowedMs, () =>
        this.#check.applySync(undefined, [take.derefInto(), ref], { timeout: timerMs(allowedMs) }),
      ),
    );
    if (said.startsWith(verdicts.breach)) throw new Breach(said.slice(1));
    return said;
  }

  #openRoom(): Room {
    const context = this.#isolate.createContextSync();
    useRegion(this.#isolate, context, this.#source, this.#spec.region);
    const realm = loadRealm(this.#isolate, context, this.#source, realmEntries.own);
    const factory = this.#script.runSync(context, { reference: true, timeout: hostCallMs });
    const setup = {
      methods: this.#spec.methods,
      globals: [],
      exact: [],
      isShared: false,
      bounds: this.#spec.bounds,
    };
    const halves = openRealm(realm, setup, factory);
    realm.release();
    return { context, ...halves, time: this.#time };
  }

  #leave(ref: string, { context, deliver, take, realm }: Room): void {
    this.#rooms.delete(ref);
    for (const handle of [deliver, take, realm, context]) handle.release();
  }
}
