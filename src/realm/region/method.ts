// Puts a function in the place of a built-in one so that only what it does differs: same name, length and kind.
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { apply } = Reflect;

/** Has the shape of {@link replaceMethod}'s results: a method, which cannot be called with `new`. */
type Method = (this: unknown, ...args: never[]) => unknown;

/** `make` is given the function that was there. Nothing happens where there is none. */
export function replaceMethod(holder: object, key: PropertyKey, make: (original: Method) => Method): void {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  if (typeof descriptor?.value !== 'function') return;
  const replacement = make(descriptor.value);
  const method = {
    method(this: unknown, ...args: never[]): unknown {
      return apply(replacement, this, args);
    },
  }.method;
  nameLike(method, descriptor.value);
  defineProperty(holder, key, { __proto__: null, ...descriptor, value: method } as PropertyDescriptor);
}

/** Gives a function the name and the length of another one. */
export function nameLike(copy: object, original: object): void {
  copyProperty(copy, original, 'length');
  copyProperty(copy, original, 'name');
}

function copyProperty(copy: object, original: object, key: string): void {
  const descriptor = getOwnPropertyDescriptor(original, key);
  if (descriptor !== undefined) defineProperty(copy, key, descriptor);
}
