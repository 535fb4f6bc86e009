// Names that a source uses and that are there neither by its own declarations nor in the sandbox. Only what is certain counts: a name
// that is declared anywhere in the source, or that the source asks for or sets in whatever way, is taken to be there.
import { globalNames } from '../realm/globals/index.ts';
import { standardNames } from '../realm/standard-globals.ts';
import { type Fault, quoted } from './finding.ts';
import { isPlainName, propertyOf } from './nodes.ts';
import type { AnyNode } from './parse.ts';
import type { Place } from './places.ts';

const given: ReadonlySet<string> = new Set([...globalNames, ...standardNames, 'arguments', 'undefined']);

/** What to do without those that authors miss most. */
const advice: ReadonlyMap<string, string> = new Map([
  ['fetch', 'A step cannot reach the network.'],
  ['XMLHttpRequest', 'A step cannot reach the network.'],
  ['require', 'Bundle the package into this source.'],
  ['module', 'Write `export class Workflow`.'],
  ['exports', 'Write `export class Workflow`.'],
  ['process', 'Pass what it needs as `data` or `headers`.'],
  ['Buffer', 'Use `Uint8Array`, `TextEncoder` and `atob`.'],
  ['setImmediate', 'Use `setTimeout` or `queueMicrotask`.'],
  ['URL', 'Bundle a package for that, such as `whatwg-url`.'],
  ['window', 'Use `globalThis`.'],
  ['global', 'Use `globalThis`.'],
  ['self', 'Use `globalThis`.'],
]);

/** One for each name, where it first stands. */
export function freeNameFaults(places: readonly Place[]): Fault[] {
  const known = new Set(given);
  const used = new Map<string, number>();
  for (const place of places) {
    const { node } = place;
    const spoken = spokenOf(node);
    if (spoken !== undefined) known.add(spoken);
    if (node.type !== 'Identifier') continue;
    if (isDeclared(place) || isAskedFor(place)) known.add(node.name);
    else if (given.has(node.name) || !isReference(place)) continue;
    else if (isTried(place)) known.add(node.name);
    else if (!used.has(node.name)) used.set(node.name, node.start);
  }
  return [...used].filter(([name]) => !known.has(name)).map(([name, offset]) => unknownFault(name, offset));
}

/** A name that the source asks for, or gives to something, in another way: `'Buffer' in globalThis`, `globalThis.Buffer = …`. */
function spokenOf(node: AnyNode): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  const isGlobal =
    node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === 'globalThis';
  return isGlobal ? propertyOf(node) : undefined;
}

function isReference({ above, field }: Place): boolean {
  if (above === null || isPlainName(above.node, field)) return false;
  return !(above.node.type === 'MetaProperty' || (above.node.type === 'ExportSpecifier' && field === 'exported'));
}

/** Whether somebody sees to it if there is no such thing. */
function isTried({ above }: Place): boolean {
  for (let place = above; place !== null; place = place.above) {
    if (place.above?.node.type === 'TryStatement' && place.field === 'block' && place.above.node.handler) return true;
  }
  return false;
}

function isAskedFor({ above }: Place): boolean {
  return above?.node.type === 'UnaryExpression' && above.node.operator === 'typeof';
}

/** Whether this identifier gives a name to something: a variable, a parameter, a function, a class. */
function isDeclared(place: Place): boolean {
  for (let { above, field } = place; above !== null; { above, field } = above) {
    const { node } = above;
    switch (node.type) {
      case 'VariableDeclarator':
      case 'ClassDeclaration':
      case 'ClassExpression':
        return field === 'id';
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return field === 'id' || field === 'params';
      case 'CatchClause':
        return field === 'param';
      default:
        if (!isPatternOf(node, field)) return false;
    }
  }
  return false;
}

/** Whether what stands in this field of a pattern is given a name by it: keys and defaults are not. */
function isPatternOf(node: AnyNode, field: string): boolean {
  switch (node.type) {
    case 'ObjectPattern':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    case 'AssignmentPattern':
      return field === 'left';
    case 'Property':
      return field === 'value';
    default:
      return false;
  }
}

function unknownFault(name: string, offset: number): Fault {
  const more = advice.get(name) ?? 'Declare it, or correct its name.';
  return { code: 'GLOBAL_UNKNOWN', message: `There is nothing called ${quoted(name)} in the sandbox. ${more}`, offset };
}
