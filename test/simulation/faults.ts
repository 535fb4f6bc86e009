// Rules for what a model cannot foretell: numbers drawn, places given, what was witnessed, and the run's own story of it.
import type { Outcome, RunEvent } from '../../src/index.ts';
import type { EndedRun } from './account.ts';
import { ticketCounter, toldKey } from './plan.ts';
import type { StepIds } from './step-ids.ts';

type Store = Outcome['store'];

/** Sentences that say what is wrong. */
export function faultsOf({ outcome, events, logs }: EndedRun, ids: StepIds): string[] {
  const { store } = outcome;
  const texts = events.filter((event) => event.type === 'step_log').map(({ text }) => text);
  return [
    ...faultsOfTickets(store),
    ...faultsOfPlaces(store),
    ...faultsOfWitnesses(store),
    ...faultsOfHook(outcome),
    ...faultsOfStory(events, outcome),
    ...fault(
      texts.join('\n') !== logs.map(({ text }) => text).join('\n'),
      'The events tell of other lines than the log.',
    ),
    ...fault(ids.size !== new Set(ids.paths).size, 'Two steps of the plan have one id.'),
  ];
}

/** Each number was drawn once, and every number that was drawn has been noted. */
function faultsOfTickets(store: Store): string[] {
  const drawn = notes<number>(store, 'tickets').toSorted((a, b) => a - b);
  const isWhole = drawn.every((ticket, i) => ticket === i + 1) && (store[ticketCounter] ?? 0) === drawn.length;
  return fault(!isWhole, `Tickets: ${drawn.join()}, of ${store[ticketCounter]}.`);
}

/** The length that a push gave is the place where its item stands. */
function faultsOfPlaces(store: Store): string[] {
  return notesByKey<[list: string, at: number, length: number]>(store, 'places').flatMap(
    ([source, [list, at, length]]) => {
      const item = (store[list] as [string, number, number][] | undefined)?.[length - 1];
      const isThere = item !== undefined && `${item[0]} ${item[1]}` === source && item[2] === at;
      return fault(!isThere, `Item ${at} of ${source} is not at place ${length} of ${list}.`);
    },
  );
}

/** What a step saw of time and chance it saw again, in whichever attempt it looked. */
function faultsOfWitnesses(store: Store): string[] {
  const first = new Map<string, string>();
  return notesByKey<[at: number, random: number, time: number]>(store, 'witnessed').flatMap(([source, seen]) => {
    const [at, random, time] = seen;
    const name = `${source} ${at}`;
    const before = first.get(name);
    first.set(name, seen.join());
    return [
      ...fault(before !== undefined && before !== seen.join(), `${name} saw ${before}, and then ${seen.join()}.`),
      ...fault(!(random >= 0 && random < 1 && Number.isSafeInteger(time)), `${name} saw ${seen.join()}.`),
    ];
  });
}

/** The hook was told of the error that the run has. */
function faultsOfHook({ error, store }: Outcome): string[] {
  const told = JSON.stringify(store[toldKey] ?? []);
  const expected = JSON.stringify(error === undefined ? [] : [[error.thrownCode || error.code, error.message]]);
  return fault(told !== expected, `onWorkflowError was told ${told}, expected ${expected}.`);
}

/** The events begin with the run's start, end with its end, leave out nothing, and count as the outcome does. */
function faultsOfStory(events: readonly RunEvent[], { status, steps }: Outcome): string[] {
  const count = (type: RunEvent['type']): number => events.filter((event) => event.type === type).length;
  const last = events.at(-1);
  return [
    ...fault(events[0]?.type !== 'run_started' || count('run_started') !== 1, 'The run does not start once.'),
    ...fault(last?.type !== 'run_ended' || last.status !== status || count('run_ended') !== 1, 'It does not end once.'),
    ...fault(count('events_dropped') > 0, 'Events are missing.'),
    ...fault(count('step_armed') !== steps.armed, `${count('step_armed')} steps were told to be armed.`),
    ...fault(count('step_retried') !== steps.retried, `${count('step_retried')} attempts were told to be retried.`),
  ];
}

function notes<T>(store: Store, kind: string): T[] {
  return notesByKey<T>(store, kind).map(([, note]) => note);
}

/** Notes of this kind, each with the flow that made it. */
function notesByKey<T>(store: Store, kind: string): [source: string, note: T][] {
  const prefix = `${kind} of `;
  const keys = Object.keys(store).filter((key) => key.startsWith(prefix));
  return keys.flatMap((key) => (store[key] as T[]).map((note): [string, T] => [key.slice(prefix.length), note]));
}

function fault(isOne: boolean, sentence: string): string[] {
  return isOne ? [sentence] : [];
}
