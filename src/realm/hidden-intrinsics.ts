// Built-in objects that no property of the global leads to. A tenant gets hold of them through syntax or through what a
// built-in returns, and would find them shared with every other step of the cell, so they have to be frozen as well.

/** One object per hidden family: its prototypes, and the constructors behind them, are found by walking from it. */
export function hiddenIntrinsics(): readonly unknown[] {
  return [
    // Constructors of functions that only syntax makes; their prototypes lead to those of generators.
    function* (): Generator {},
    async (): Promise<void> => {},
    async function* (): AsyncGenerator {},
    ...iterators(),
    // The accessor of an error's own `stack` is one pair of functions for the whole realm.
    ...accessorsOf(new Error('stack'), 'stack'),
    ...accessorsOf(strictArguments(), 'callee'),
  ];
}

function iterators(): readonly unknown[] {
  return [
    [].values(),
    new Map().entries(),
    new Set().values(),
    ''[Symbol.iterator](),
    ''.matchAll(/./g),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    [].values().take(0),
    ...segmenterObjects(),
  ];
}

function segmenterObjects(): readonly unknown[] {
  const segments = new Intl.Segmenter('en').segment('');
  return [segments, segments[Symbol.iterator]()];
}

function accessorsOf(holder: object, key: PropertyKey): readonly unknown[] {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key);
  return [descriptor?.get, descriptor?.set];
}

/** The `callee` of a strict function's arguments is %ThrowTypeError%. */
function strictArguments(): object {
  // biome-ignore lint/complexity/noArguments: the arguments object itself is what is wanted.
  return arguments;
}
