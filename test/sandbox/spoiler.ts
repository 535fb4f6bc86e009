// Goes INTO a step with a context of its own, in front of its class: changes every built-in that there is, and notes every object that a
// changed one is handed and that the step has neither made nor been given. It uses nothing but syntax and what it has captured here.
/// <reference lib="esnext" />

/**
 * What a changed built-in does: the same as before, throw, give what nobody expects, or be gone. What is handed over is noted by the first
 * three.
 */
export type Spoiling = 'same' | 'throws' | 'garbage' | 'deleted' | 'untouched';

const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const uncurry = Function.prototype.bind.bind(Function.prototype.call) as unknown as (
  method: unknown,
) => (self: unknown, ...args: unknown[]) => unknown;
const WeakSetOf = WeakSet;
const has = uncurry(WeakSet.prototype.has);
const add = uncurry(WeakSet.prototype.add);
const thenOf = uncurry(Promise.prototype.then);
const textOf = String;
const PromiseOf = Promise;
const TypeErrorOf = TypeError;

/** What the step has made or was given, and the built-ins themselves. */
const known = new WeakSetOf<object>();
const findings: { [path: string]: true } = Object.create(null);
let isActive = false;
let spoiling: Spoiling = 'untouched';

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** From here on this is the step's, with all that hangs on it. */
export function keep<Value>(value: Value): Value {
  if (!isObject(value) || has(known, value)) return value;
  add(known, value);
  const keys = ownKeys(value);
  for (let index = 0; index < keys.length; index++) {
    const descriptor = getOwnPropertyDescriptor(value, keys[index] as PropertyKey);
    if (descriptor === undefined) continue;
    if ('value' in descriptor) keep(descriptor.value);
    else {
      keep(descriptor.get);
      keep(descriptor.set);
    }
  }
  keep(getPrototypeOf(value));
  return value;
}

function note(path: string, value: unknown): void {
  if (isObject(value) && !has(known, value)) findings[`${path} was given a ${typeof value}`] = true;
}

/** Stands for a built-in. */
function changed(path: string, original: (...args: unknown[]) => unknown): object {
  function standIn(this: unknown, ...args: unknown[]): unknown {
    const asConstructor = new.target;
    if (isActive) {
      if (asConstructor === undefined) note(path, this);
      for (let index = 0; index < args.length; index++) note(path, args[index]);
      if (spoiling === 'throws') throw new TypeErrorOf(path);
      if (spoiling === 'garbage') return garbage;
    }
    if (asConstructor === undefined) return apply(original, this, args);
    return construct(original, args, asConstructor === standIn ? original : asConstructor);
  }
  return keep(standIn);
}

const garbage = keep({ done: true, garbage: true });

interface Change {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly before: PropertyDescriptor | undefined;
  readonly after: PropertyDescriptor | undefined;
}

/** Properties that no built-in has, but that anybody may look for in an object that does not have them itself. */
const wanted = [
  ...[
    'value',
    'writable',
    'enumerable',
    'configurable',
    'get',
    'set',
    'toJSON',
    'next',
    'done',
    'return',
    'index',
    'at',
  ],
  ...[
    'code',
    'cause',
    'errors',
    'retryable',
    'name',
    'message',
    'stack',
    'length',
    'transfer',
    'fatal',
    'ignoreBOM',
    'stream',
  ],
  ...[
    'maxByteLength',
    'delay',
    'action',
    'payload',
    'ref',
    'run',
    'step',
    'text',
    'kind',
    'promise',
    'resolve',
    'reject',
    '0',
    '1',
    '2',
  ],
];

const changes: Change[] = [];

/** Finds all that can be changed. Nothing is yet. */
export function prepare(): void {
  const syntax = (function (this: unknown) {
    // biome-ignore lint/complexity/noArguments: its prototype and its accessors are wanted.
    return [arguments, this];
  })();
  const roots = [
    globalThis,
    syntax,
    function* () {},
    async () => {},
    async function* () {},
    [].values(),
    new Map().entries(),
  ];
  const more = [
    new Set().values(),
    ''[Symbol.iterator](),
    ''.matchAll(/./g),
    [].values().take(0),
    new Error('x'),
    class {},
    /x/,
  ];
  const builtIns = new Map<object, string>();
  const find = (value: unknown, path: string): void => {
    if (!isObject(value) || builtIns.has(value)) return;
    builtIns.set(value, path);
    for (const key of ownKeys(value)) {
      const descriptor = getOwnPropertyDescriptor(value, key);
      const below = `${path}.${textOf(key)}`;
      find(descriptor?.value, below);
      find(descriptor?.get, `get ${below}`);
      find(descriptor?.set, `set ${below}`);
    }
    find(getPrototypeOf(value), `${path}.[[Prototype]]`);
  };
  for (const root of [...roots, ...more]) find(root, '');
  for (const builtIn of builtIns.keys()) keep(builtIn);
  for (const [holder, path] of builtIns) {
    for (const key of ownKeys(holder)) changeOf(holder, key, `${path}.${textOf(key)}`);
  }
  for (const key of wanted) {
    if (!Object.hasOwn(Object.prototype, key)) trapOf(Object.prototype, key);
  }
}

function changeOf(holder: object, key: PropertyKey, path: string): void {
  const before = getOwnPropertyDescriptor(holder, key);
  if (before === undefined || !before.configurable) return;
  Object.setPrototypeOf(before, null);
  // V8 itself calls it for each stack that is read, whoever reads it: that of an error which the step gets, or of an object with nothing else in it.
  if (holder === Error && key === 'prepareStackTrace') return;
  // An await of any promise, the step's own too, reads this: it stays what it is, and tells who asks.
  const isSyntax = holder === Promise.prototype && key === 'constructor';
  let after: PropertyDescriptor;
  if (isSyntax) after = trap(path, before.value);
  else if (typeof before.value === 'function') after = { ...before, value: changed(path, before.value) };
  else if (before.get !== undefined || before.set !== undefined) {
    const { get, set } = before;
    after = { ...before };
    if (get !== undefined) after.get = changed(`get ${path}`, get) as () => unknown;
    if (set !== undefined) after.set = changed(`set ${path}`, set) as () => void;
  } else return;
  changes.push({ holder, key, before, after: keep(Object.setPrototypeOf(after, null)) });
}

function trapOf(holder: object, key: PropertyKey): void {
  changes.push({
    holder,
    key,
    before: undefined,
    after: keep(Object.setPrototypeOf(trap(`Object.prototype.${textOf(key)}`), null)),
  });
}

/** An accessor that notes who is asked for it. To set is to define, as if it were not there. */
function trap(path: string, value?: unknown): PropertyDescriptor {
  return {
    get(this: unknown) {
      if (isActive) note(path, this);
      return value;
    },
    set(this: object, assigned: unknown) {
      if (isActive) note(path, this);
      const key = path.slice(path.lastIndexOf('.') + 1);
      defineProperty(this, key, { value: assigned, writable: true, enumerable: true, configurable: true });
    },
    configurable: true,
  };
}

/** From here until `calm` all is changed. */
export function spoil(how: Spoiling): void {
  spoiling = how;
  if (how === 'untouched') return;
  for (let index = 0; index < changes.length; index++) {
    const { holder, key, before, after } = changes[index] as Change;
    if (how !== 'deleted') defineProperty(holder, key, after as PropertyDescriptor);
    else if (before !== undefined && !(holder === PromiseOf.prototype && key === 'constructor'))
      deleteProperty(holder, key);
  }
  isActive = true;
}

export function calm(): void {
  isActive = false;
  if (spoiling === 'untouched') return;
  for (let index = 0; index < changes.length; index++) {
    const { holder, key, before } = changes[index] as Change;
    if (before === undefined) deleteProperty(holder, key);
    else defineProperty(holder, key, before);
  }
}

/** What a call gives while all is changed, also in the turns in which its promise waits. A promise's error is given as its message. */
export function underChange(how: Spoiling, call: () => unknown): Promise<{ readonly given: unknown }> {
  const waiting = new PromiseOf<{ readonly given: unknown }>((resolve) => {
    const give = keep((given: unknown): void => {
      calm();
      resolve({ given });
    });
    spoil(how);
    let given: unknown;
    try {
      given = call();
    } catch (error) {
      return give(error);
    }
    calm();
    if (!(given instanceof PromiseOf)) return give(given);
    keep(given);
    keep(thenOf(given, give, give));
    spoil(how);
  });
  return keep(waiting);
}

export function found(): readonly string[] {
  return Object.keys(findings);
}
