// By which names a source knows the api of its steps: the last parameter of a step, what is taken out of it, and whatever else is called so.
import { hookNames } from '../protocol/records.ts';
import { makesItsOwn, nameOf, propertyOf } from './nodes.ts';
import type { AnyNode, CallExpression, Class } from './parse.ts';
import { isFunction, type Place } from './places.ts';
import type { Binding, Names } from './scopes.ts';

const storeCalls: ReadonlySet<string> = new Set(['get', 'set', 'push', 'increment', 'delete']);
const famous: readonly string[] = ['runStore', 'scheduleNextStep'];
/** So far a name is followed: names may stand for one another in a circle. */
const hopsMost = 20;

export class ApiNames {
  readonly #names: Names;
  readonly #workflow: Class | null;
  /** Names that need not be the api's here: the source has something of its own by them. */
  readonly #own: ReadonlySet<string>;
  readonly #known: Map<Binding, string | undefined> = new Map();

  constructor(places: readonly Place[], names: Names, workflow: Class | null) {
    this.#names = names;
    this.#workflow = workflow;
    this.#own = new Set(famous.filter((name) => places.some(({ node }) => makesItsOwn(node, name))));
  }

  /** `runStore.get`, `scheduleNextStep` and so on, if the call is one of the api that answers with a promise. */
  callOf(call: CallExpression): string | undefined {
    const path = this.pathOf(call.callee) ?? '';
    if (path === 'scheduleNextStep') return path;
    const name = path.startsWith('runStore.') ? path.slice('runStore.'.length) : '';
    return storeCalls.has(name) ? path : undefined;
  }

  /** Where in the api the node is: `` for the api itself, `runStore`, `runStore.get`. Undefined if it is elsewhere, or that is not certain. */
  pathOf(node: AnyNode, hops = 0): string | undefined {
    if (hops > hopsMost) return undefined;
    if (node.type === 'ChainExpression') return this.pathOf(node.expression, hops + 1);
    if (node.type === 'Identifier') {
      const binding = this.#names.bindingOf.get(node);
      return (binding && this.#pathOfBinding(binding, hops)) ?? this.#famous(node.name);
    }
    const property = propertyOf(node);
    if (node.type !== 'MemberExpression' || property === undefined) return undefined;
    const below = this.pathOf(node.object, hops + 1);
    return below === undefined ? this.#famous(property) : joined(below, property);
  }

  #famous(name: string): string | undefined {
    return famous.includes(name) && !this.#own.has(name) ? name : undefined;
  }

  #pathOfBinding(binding: Binding, hops: number): string | undefined {
    if (this.#known.has(binding)) return this.#known.get(binding);
    this.#known.set(binding, undefined); // What leads back here leads nowhere.
    const [place, ...more] = binding.declared;
    const isFixed = place !== undefined && more.length === 0 && !binding.references.some(isWritten);
    const path = isFixed ? this.#pathDeclared(place, hops) : undefined;
    this.#known.set(binding, path);
    return path;
  }

  /** Up from the name, through the patterns that take things apart, to the parameter or to the value. */
  #pathDeclared(place: Place, hops: number): string | undefined {
    const taken: string[] = [];
    let inner = place;
    for (let { above } = place; above !== null; inner = above, above = above.above) {
      const { node } = above;
      if (node.type === 'Property') {
        const key = node.computed || node.key.type !== 'Identifier' ? undefined : node.key.name;
        if (key === undefined) return undefined;
        taken.unshift(key);
      } else if (node.type === 'VariableDeclarator') {
        const path = node.init ? this.pathOf(node.init, hops + 1) : undefined;
        return path === undefined ? undefined : taken.reduce(joined, path);
      } else if (isFunction(node)) {
        return this.#isApi(above, inner.node) ? taken.reduce(joined, '') : undefined;
      } else if (node.type !== 'ObjectPattern') return undefined;
    }
    return undefined;
  }

  /** Whether the parameter is the one that a step of the class gets its api by. */
  #isApi({ node, above }: Place, parameter: AnyNode): boolean {
    if (above?.node.type !== 'MethodDefinition' || above.above?.node !== this.#workflow?.body) return false;
    if (above.node.static || above.node.kind !== 'method' || !('params' in node)) return false;
    const name = nameOf(above.node);
    const at = name === hookNames.complete ? 0 : name === hookNames.error ? 1 : 2;
    return node.params[at] === parameter;
  }
}

function joined(path: string, property: string): string {
  return path === '' ? property : `${path}.${property}`;
}

/** Whether the reference gives its variable another value. */
export function isWritten({ above, field }: Place): boolean {
  switch (above?.node.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return field === 'left';
    case 'UpdateExpression':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    case 'Property':
      return field === 'value' && above.above?.node.type === 'ObjectPattern';
    default:
      return false;
  }
}
