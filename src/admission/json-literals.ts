// Values written out where JSON is wanted, that JSON does not have: what is scheduled or kept would be refused, or arrive as something else.

import { meantOption } from '../realm/meant-option.ts';
import { type ApiNames, isWritten } from './api-names.ts';
import { type Fault, quoted } from './finding.ts';
import type { AnyNode, CallExpression } from './parse.ts';
import type { Place } from './places.ts';
import { readOptions } from './schedule-literals.ts';
import type { Binding, Names } from './scopes.ts';

const options: readonly string[] = ['action', 'delay', 'payload'];
const notJson: ReadonlySet<string> = new Set([
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'RegExp', 'Promise', 'ArrayBuffer', 'DataView', 'Uint8Array', 'Error'],
]);

export function jsonLiteralFaults(places: readonly Place[], api: ApiNames, names: Names): Fault[] {
  const isOwn = (node: AnyNode): boolean => names.bindingOf.has(node);
  const known = new Map<Binding, AnyNode | null>();
  const faultsOf = (value: AnyNode): Fault[] => {
    const faults = valueFaults(heldBy(value, names, known), isOwn);
    // What a variable holds is told of where it is handed over.
    return value.type === 'Identifier'
      ? faults.slice(0, 1).map((fault) => ({ ...fault, offset: value.start }))
      : faults;
  };
  return places.flatMap(({ node }) => {
    if (node.type !== 'CallExpression') return [];
    const name = api.callOf(node);
    if (name === 'scheduleNextStep') return scheduleFaults(node, faultsOf);
    const value = name === 'runStore.set' || name === 'runStore.push' ? node.arguments[1] : undefined;
    return value === undefined ? [] : faultsOf(value);
  });
}

function scheduleFaults({ arguments: [given] }: CallExpression, faultsOf: (value: AnyNode) => Fault[]): Fault[] {
  if (given?.type !== 'ObjectExpression') return [];
  const { written } = readOptions(given);
  const unknown = [...written]
    .filter(([key]) => !options.includes(key))
    .map(([key, { start }]) => optionFault(key, start));
  const payload = written.get('payload');
  // To leave a payload out and to give none is the same mistake, but for a literal: that is meant.
  return payload === undefined ? unknown : [...unknown, ...faultsOf(payload)];
}

/** The value of a variable that is given one once; otherwise the node itself. Each variable is looked at once. */
function heldBy(node: AnyNode, { bindingOf }: Names, known: Map<Binding, AnyNode | null>): AnyNode {
  const binding = node.type === 'Identifier' ? bindingOf.get(node) : undefined;
  if (binding === undefined) return node;
  let value = known.get(binding);
  if (value === undefined) {
    value = initialOf(binding);
    known.set(binding, value);
  }
  return value ?? node;
}

/** An object or a list that is used elsewhere too may have been changed there. */
function initialOf({ declared: [place, ...more], references }: Binding): AnyNode | null {
  if (place?.field !== 'id' || more.length > 0 || references.some(isWritten)) return null;
  const declaring = place.above?.node;
  if (declaring?.type === 'FunctionDeclaration') return declaring;
  if (declaring?.type !== 'VariableDeclarator' || !declaring.init) return null;
  const isOpen = declaring.init.type === 'ObjectExpression' || declaring.init.type === 'ArrayExpression';
  return isOpen && references.length > 1 ? null : declaring.init;
}

function optionFault(key: string, offset: number): Fault {
  const meant = meantOption(key);
  const hint = meant === null ? 'It has `action`, `delay` and `payload`.' : `Did you mean \`${meant}\`?`;
  return { code: 'OPTION_UNKNOWN', message: `\`scheduleNextStep\` has no option ${quoted(key)}. ${hint}`, offset };
}

/** Of a value, and of all that is written out in it. `isOwn`: whether a name is the source's own. */
function valueFaults(value: AnyNode, isOwn: (node: AnyNode) => boolean): Fault[] {
  const faults: Fault[] = [];
  const values: { readonly node: AnyNode; readonly isMember: boolean }[] = [{ node: value, isMember: false }];
  for (let next = values.pop(); next !== undefined; next = values.pop()) {
    const { node, isMember } = next;
    if (node.type === 'ObjectExpression') {
      for (const property of node.properties) {
        if (property.type === 'Property' && property.kind === 'init')
          values.push({ node: property.value, isMember: true });
      }
    } else if (node.type === 'ArrayExpression') {
      for (const element of node.elements) if (element) values.push({ node: element, isMember: false });
    } else {
      const what = whatOf(node, isMember, isOwn);
      if (what !== undefined) faults.push(valueFault(what, node.start));
    }
  }
  return faults;
}

/** A member that is undefined is left out, as everywhere in JSON. */
function whatOf(node: AnyNode, isMember: boolean, isOwn: (node: AnyNode) => boolean): string | undefined {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return 'a function';
    case 'ClassExpression':
      return 'a class';
    case 'Literal':
      if (typeof node.value === 'bigint' || node.bigint) return 'a BigInt';
      return node.regex ? 'a RegExp' : undefined;
    case 'Identifier':
      if (isOwn(node)) return undefined;
      if (node.name === 'undefined') return isMember ? undefined : '`undefined`';
      return node.name === 'NaN' || node.name === 'Infinity' ? `\`${node.name}\`` : undefined;
    case 'NewExpression':
      if (node.callee.type !== 'Identifier' || isOwn(node.callee)) return undefined;
      if (node.callee.name === 'Date') return 'a Date';
      return notJson.has(node.callee.name) ? `a ${node.callee.name}` : undefined;
    case 'CallExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Symbol' && !isOwn(node.callee)
        ? 'a symbol'
        : undefined;
    default:
      return undefined;
  }
}

function valueFault(what: string, offset: number): Fault {
  const advice =
    what === 'a Date'
      ? 'It arrives as text: write `.toISOString()`, and `new Date(…)` where it is read.'
      : 'Write it as a text, a number, a list or an object.';
  return { code: 'VALUE_NOT_JSON', message: `JSON does not have ${what}. ${advice}`, offset };
}
