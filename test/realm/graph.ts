// Loaded INTO the isolate by tests: finds every object that code there can reach, and calls all that can be called.
// Written apart from src/realm/hidden-intrinsics.ts on purpose, so that one forgetting something does not hide in both.
/// <reference lib="esnext" />

const { apply, construct, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { isFrozen } = Object;

/** Every object reachable from `roots` by properties, getters and prototypes, with one path that leads to it. */
export function reachable(roots: object): Map<object, string> {
  const into = new Map<object, string>();
  const queue: [unknown, string][] = [[roots, '']];
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    const [value, path] = entry;
    if (!isObject(value) || into.has(value)) continue;
    into.set(value, path);
    queue.push([getPrototypeOf(value), `${path}.[[Prototype]]`]);
    for (const key of ownKeys(value)) {
      const { value: held, get, set } = getOwnPropertyDescriptor(value, key) ?? {};
      const below = `${path}.${String(key)}`;
      queue.push([held, below], [get, `get ${below}`], [set, `set ${below}`]);
      // Behind the getters that make overriding possible stand functions that no property leads to.
      if (get !== undefined) queue.push([attempt(() => apply(get, value, [])), `${below} (read)`]);
    }
  }
  return into;
}

export function notFrozen(objects: Map<object, string>): string[] {
  return [...objects].filter(([object]) => !isFrozen(object)).map(([, path]) => path);
}

/** One of everything that syntax and constructors give. */
export function specimens(): Record<string, unknown> {
  function sloppyArguments(..._: unknown[]): unknown {
    // biome-ignore lint/complexity/noArguments: the arguments object is what is wanted.
    return arguments;
  }
  const asyncGenerator = async function* (): AsyncGenerator {};
  const made: Record<string, () => unknown> = {
    array: () => [1, 2],
    string: () => 'text',
    number: () => 1,
    boolean: () => true,
    symbol: () => Symbol('specimen'),
    bigint: () => 1n,
    arguments: () => sloppyArguments(1),
    template: () => ((strings: TemplateStringsArray) => strings)`text`,
    function: () => () => {},
    generatorFunction: () => function* () {},
    asyncFunction: () => async () => {},
    asyncGeneratorFunction: () => asyncGenerator,
    generator: () => (function* () {})(),
    asyncGenerator: () => asyncGenerator(),
    class: () => class {},
    error: () => new Error('specimen'),
    aggregateError: () => new AggregateError([]),
    date: () => new Date(0),
    regExp: () => /x/g,
    match: () => 'x'.match(/(?<name>x)/d),
    map: () => new Map([[1, 2]]),
    set: () => new Set([1]),
    weakMap: () => new WeakMap(),
    weakSet: () => new WeakSet(),
    promise: () => Promise.resolve(),
    resolvers: () => Promise.withResolvers(),
    revocable: () => Proxy.revocable({}, {}),
    arrayIterator: () => [1].values(),
    mapIterator: () => new Map([[1, 2]]).values(),
    setIterator: () => new Set([1]).values(),
    stringIterator: () => 'ab'[Symbol.iterator](),
    matchIterator: () => 'a'.matchAll(/a/g),
    wrappedIterator: () => Iterator.from({ next: () => ({ done: true, value: 1 }) }),
    iteratorHelper: () => [1].values().map((x) => x),
    buffer: () => new ArrayBuffer(8),
    dataView: () => new DataView(new ArrayBuffer(8)),
    bytes: () => new Uint8Array(4),
    disposable: () => new DisposableStack(),
    asyncDisposable: () => new AsyncDisposableStack(),
    collator: () => new Intl.Collator('en'),
    compare: () => new Intl.Collator('en').compare,
    dateTimeFormat: () => new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'full' }),
    displayNames: () => new Intl.DisplayNames('en', { type: 'region' }),
    durationFormat: () => new (intl('DurationFormat'))('en'),
    listFormat: () => new Intl.ListFormat('en'),
    locale: () => new Intl.Locale('en-US'),
    numberFormat: () => new Intl.NumberFormat('en'),
    pluralRules: () => new Intl.PluralRules('en'),
    relativeTimeFormat: () => new Intl.RelativeTimeFormat('en'),
    segmenter: () => new Intl.Segmenter('en'),
    segments: () => new Intl.Segmenter('en').segment('ab'),
    segmentIterator: () => new Intl.Segmenter('en').segment('ab')[Symbol.iterator](),
    ...temporalSpecimens(),
  };
  // What this engine does not have is left out.
  return Object.fromEntries(Object.entries(made).map(([name, make]) => [name, attempt(make)]));
}

function temporalSpecimens(): Record<string, () => unknown> {
  const temporal: object = Reflect.get(globalThis, 'Temporal') ?? {};
  const make = (name: string, ...args: unknown[]): [string, () => unknown] => [
    name,
    () => construct(Reflect.get(temporal, name) as new () => object, args),
  ];
  return Object.fromEntries([
    make('PlainDate', 2000, 1, 1),
    make('PlainTime', 1, 2, 3),
    make('PlainDateTime', 2000, 1, 1),
    make('ZonedDateTime', 0n, 'UTC'),
    make('Duration', 1),
    make('Instant', 0n),
    make('PlainYearMonth', 2000, 1),
    make('PlainMonthDay', 1, 1),
  ]);
}

function intl(name: string): new (locale: string) => object {
  return Reflect.get(Intl, name);
}

/** What any two pieces of code in the realm share: all that is reachable from the global object and from new things. */
export function everything(): Map<object, string> {
  const found = reachable({ globalThis, ...specimens() });
  const foundAgain = reachable({ globalThis, ...specimens() });
  return new Map([...found].filter(([object]) => foundAgain.has(object)));
}

export interface Call {
  readonly path: string;
  readonly result: unknown;
}

/** Calls every function with every specimen as receiver, with no argument and with undefined, and as a constructor. */
export function callAll(functions: Map<object, string>, visit: (call: Call) => void): void {
  for (const [each, path] of functions) {
    // What an async generator's `next` gives never says that it is done: a list of it would have no end.
    // A setter gives nothing, and there are hundreds.
    if (typeof each !== 'function' || path.startsWith('set ') || /\.toArray( \(read\))?$/.test(path)) continue;
    const receivers = [undefined, ...Object.values(specimens())];
    for (const args of [[], [undefined]]) {
      visit({ path: `new ${path}`, result: attempt(() => construct(each as new () => object, args)) });
      for (const receiver of receivers) {
        const result = attempt(() => apply(each as () => unknown, receiver, args));
        visit({ path, result });
        if (typeof result !== 'function' || functions.has(result)) continue;
        for (const again of [[], [undefined]]) {
          visit({ path: `${path}()`, result: attempt(() => apply(result as () => unknown, undefined, again)) });
        }
      }
    }
  }
}

/** What a call gives, or undefined if it throws. A promise is taken care of, so that its rejection is nobody's. */
export function attempt(call: () => unknown): unknown {
  try {
    const result = call();
    if (result instanceof Promise) result.then(undefined, () => {});
    return result;
  } catch {
    return undefined; // Most calls have the wrong receiver and throw. What is looked for is in those that do not.
  }
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
