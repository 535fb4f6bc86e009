// Members that the source asks the api, its store or the console for and that these do not have.
import { nearest } from '../protocol/spelling.ts';
import type { ApiNames } from './api-names.ts';
import { type Fault, quoted } from './finding.ts';
import { propertyOf } from './nodes.ts';
import type { AnyNode } from './parse.ts';
import type { Place } from './places.ts';
import type { Names } from './scopes.ts';

/** What a step finds. A test holds these against the realm. */
export const apiMembers: readonly string[] = [
  ...['runId', 'stepId', 'attempt', 'idempotencyKey', 'log', 'scheduleNextStep', 'runStore'],
];
export const storeMembers: readonly string[] = ['get', 'set', 'push', 'increment', 'delete'];
export const consoleMembers: readonly string[] = [
  ...['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'dirxml', 'table', 'assert', 'clear'],
  ...[
    'time',
    'timeEnd',
    'timeLog',
    'timeStamp',
    'profile',
    'profileEnd',
    'count',
    'countReset',
    'group',
    'groupCollapsed',
    'groupEnd',
  ],
];
const membersOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['', apiMembers],
  ['runStore', storeMembers],
  ['console', consoleMembers],
]);
/** Left behind by the last match of any pattern. */
const legacy: ReadonlySet<string> = new Set([
  ...['$1', '$2', '$3', '$4', '$5', '$6', '$7', '$8', '$9', '$_', '$&', '$+', 'input', 'lastMatch', 'lastParen'],
  ...['leftContext', 'rightContext'],
]);

/** How other stores call what this one has. */
const otherwise: ReadonlyMap<string, string> = new Map([
  ...['incr', 'increase', 'inc', 'decr', 'decrement'].map((name) => [name, 'increment'] as const),
  ...['add', 'append'].map((name) => [name, 'push'] as const),
  ...['put', 'save', 'write', 'setItem', 'update'].map((name) => [name, 'set'] as const),
  ...['read', 'load', 'fetch', 'getItem', 'has', 'exists'].map((name) => [name, 'get'] as const),
  ...['remove', 'del', 'unset', 'removeItem'].map((name) => [name, 'delete'] as const),
  ...['schedule', 'next'].map((name) => [name, 'scheduleNextStep'] as const),
  ...['store', 'state'].map((name) => [name, 'runStore'] as const),
  ['logger', 'log'],
]);
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

export function memberNameFaults(places: readonly Place[], api: ApiNames, names: Names): Fault[] {
  return places.flatMap((place) => {
    const { node, above } = place;
    if (node.type === 'MemberExpression') {
      if (isAskedFor(place)) return [];
      const name = propertyOf(node);
      return name === undefined ? [] : memberFault(ownerOf(node.object, api, names), name, node.property.start);
    }
    // `const { runStore } = api`
    const isTaken =
      node.type === 'Identifier' && place.field === 'value' && above?.above?.node.type === 'ObjectPattern';
    const path = isTaken ? api.pathOf(node)?.split('.') : undefined;
    const name = path?.pop();
    return path === undefined || name === undefined ? [] : memberFault(path.join('.'), name, node.start);
  });
}

/** `` for the api, `runStore`, `console` or `RegExp`; undefined for anything else. */
function ownerOf(object: AnyNode, api: ApiNames, names: Names): string | undefined {
  const path = api.pathOf(object);
  if (path !== undefined || object.type !== 'Identifier' || names.bindingOf.has(object)) return path;
  return object.name === 'console' || object.name === 'RegExp' ? object.name : undefined;
}

/** Whether the source asks whether there is such a member, or makes it: then it can do without. */
export function isAskedFor({ above, field }: Place): boolean {
  switch (above?.node.type) {
    case 'CallExpression':
      return field === 'callee' && above.node.optional;
    case 'UnaryExpression':
      return above.node.operator !== '-' && above.node.operator !== '+';
    case 'AssignmentExpression':
      return field === 'left';
    case 'IfStatement':
    case 'ConditionalExpression':
      return field === 'test';
    case 'LogicalExpression':
      return field === 'left';
    case 'BinaryExpression':
      return above.node.operator.startsWith('==') || above.node.operator.startsWith('!=');
    default:
      return false;
  }
}

function memberFault(owner: string | undefined, name: string, offset: number): Fault[] {
  if (owner === undefined || inherited.has(name)) return [];
  if (owner === 'RegExp') return legacy.has(name) ? [legacyFault(name, offset)] : [];
  const members = membersOf.get(owner);
  if (members === undefined || members.includes(name)) return [];
  const meant = [otherwise.get(name), nearest(name, members)].find(
    (word) => word !== undefined && members.includes(word),
  );
  const hint =
    meant === undefined ? `It has ${members.map((word) => `\`${word}\``).join(', ')}.` : `Did you mean \`${meant}\`?`;
  const message = `\`${owner === '' ? 'api' : owner}\` has no ${quoted(name)}. ${hint}`;
  return [{ code: 'MEMBER_UNKNOWN', message, offset }];
}

function legacyFault(name: string, offset: number): Fault {
  const message = `\`RegExp.${name}\` is there with \`isolation: 'context'\` only: elsewhere it would tell of other code's matches. Use what \`exec\` or \`match\` returns.`;
  return { code: 'MEMBER_UNKNOWN', message, offset };
}
