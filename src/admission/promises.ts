// Which expressions of a source are certainly the promise of a call of the api, directly or through variables that are never anything else.
import { type ApiNames, isWritten } from './api-names.ts';
import { propertyOf } from './nodes.ts';
import type { AnyNode } from './parse.ts';
import type { Place } from './places.ts';
import type { Binding, Names } from './scopes.ts';

const combining: readonly (string | undefined)[] = ['all', 'allSettled'];
/** So far variables are followed. */
const hopsMost = 20;

export class Promises {
  readonly #names: Names;
  readonly #api: ApiNames;
  readonly #known: Map<Binding, string | undefined> = new Map();

  constructor(names: Names, api: ApiNames) {
    this.#names = names;
    this.#api = api;
  }

  /** What made the promise, such as `runStore.get`; undefined if it is none, or that is not certain. */
  madeBy(node: AnyNode, hops = 0): string | undefined {
    if (hops > hopsMost) return undefined;
    switch (node.type) {
      case 'CallExpression':
        return this.#api.callOf(node) ?? this.#combinedBy(node.callee);
      case 'ConditionalExpression':
        return this.madeBy(node.consequent, hops + 1) && this.madeBy(node.alternate, hops + 1);
      case 'Identifier': {
        const binding = this.#names.bindingOf.get(node);
        return binding && this.heldBy(binding, hops + 1);
      }
      default:
        return undefined;
    }
  }

  /** The same, of what a variable holds from the start to the end. */
  heldBy(binding: Binding, hops = 0): string | undefined {
    if (this.#known.has(binding)) return this.#known.get(binding);
    this.#known.set(binding, undefined); // What leads back here leads nowhere.
    const values = [
      ...binding.declared.flatMap(valueDeclared),
      ...binding.references.filter(isWritten).map(valueGiven),
    ];
    const made = values.map((value) => value && this.madeBy(value, hops));
    const by = made.every((name) => name !== undefined) ? made[0] : undefined;
    this.#known.set(binding, by);
    return by;
  }

  /** `Promise.all` and its like, of the realm's own `Promise`. */
  #combinedBy(callee: AnyNode): string | undefined {
    if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined;
    const isPromise = callee.object.name === 'Promise' && !this.#names.bindingOf.has(callee.object);
    return isPromise && combining.includes(propertyOf(callee)) ? `Promise.${propertyOf(callee)}` : undefined;
  }
}

/** Nothing for `let n;`; undefined where it is not written out, as of a parameter. */
function valueDeclared({ above, field }: Place): (AnyNode | undefined)[] {
  if (above?.node.type !== 'VariableDeclarator' || field !== 'id') return [undefined];
  if (above.node.init) return [above.node.init];
  const isOfLoop = above.above?.field === 'left';
  return isOfLoop ? [undefined] : [];
}

function valueGiven({ above, field }: Place): AnyNode | undefined {
  const isSet = above?.node.type === 'AssignmentExpression' && above.node.operator === '=' && field === 'left';
  return isSet ? above.node.right : undefined;
}
