// Has `Function.prototype.toString` say of the realm's own functions what it says of built-ins, for that is what they stand for: code tells by
// this text whether something is the engine's or a polyfill.
import {
  apply,
  defineHidden,
  endsWith,
  getOwnPropertyDescriptor,
  ownKeys,
  SetOf,
  setAdd,
  setHas,
} from './primordials.ts';

const functionPrototype = Function.prototype;
const engineToString = functionPrototype.toString;
const native = ' { [native code] }';

/** Shows data as data. */
type DescriptorOf = (object: object, key: PropertyKey) => PropertyDescriptor | undefined;

/**
 * `valuesOf` gives functions, and objects that hold some: those of one step stand for those of all, whose text is the same. It is called
 * when code first asks for the text of a function. `bound` is a bound function that stands for a built-in: the engine's text has no name.
 */
export function hideTextOf(
  valuesOf: () => readonly unknown[],
  descriptorOf: DescriptorOf,
  bound?: { readonly name: string },
): void {
  let texts: Set<string> | undefined;
  const methods = {
    toString(): string {
      const text: string = apply(engineToString, this, []);
      if (this === bound) return `function ${bound.name}()${native}`;
      if (endsWith(text, native)) return text;
      texts ??= textsOf([valuesOf(), methods], descriptorOf);
      if (!setHas(texts, text)) return text;
      const name: unknown = getOwnPropertyDescriptor(this, 'name')?.value;
      return `function ${typeof name === 'string' ? name : ''}()${native}`;
    },
  };
  defineHidden(functionPrototype, 'toString', methods.toString);
}

function textsOf(value: unknown, descriptorOf: DescriptorOf): Set<string> {
  const texts = new SetOf<string>();
  collect(value, texts, descriptorOf, 5);
  return texts;
}

/** No getter is asked. What is deeper is the engine's. */
function collect(value: unknown, texts: Set<string>, descriptorOf: DescriptorOf, depth: number): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || depth === 0) return;
  if (typeof value === 'function') {
    const text: string = apply(engineToString, value, []);
    if (!endsWith(text, native)) setAdd(texts, text);
  }
  const keys = ownKeys(value);
  for (let index = 0; index < keys.length; index++) {
    const descriptor = descriptorOf(value, keys[index] as PropertyKey);
    if (descriptor === undefined) continue;
    collect(descriptor.value, texts, descriptorOf, depth - 1);
    collect(descriptor.get, texts, descriptorOf, depth - 1);
  }
}
