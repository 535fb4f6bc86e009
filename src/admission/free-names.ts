// Names that a source uses and that are there neither by its own declarations nor in the sandbox. In the author's own code each of them counts, as far as
// nothing asks first whether it is there. In a bundle only those count that are bound to be evaluated where it leads: packages have much for other places.
import { globalNames } from '../realm/globals/index.ts';
import { standardNames } from '../realm/standard-globals.ts';
import { isAskedFor as isConditionOnly } from './api-members.ts';
import { Callees } from './callees.ts';
import { type Bodies, type Body, bodiesOf, isDemand } from './evaluation.ts';
import { type Fault, quoted } from './finding.ts';
import { type MemberReferences, memberReferences, waysToGlobal } from './global-members.ts';
import { propertyOf } from './nodes.ts';
import type { AnyNode, Class } from './parse.ts';
import type { Place } from './places.ts';
import type { FreeReference, Names } from './scopes.ts';

/** The global object is an object too, and so `toString` is a name. */
const inherited: readonly string[] = Object.getOwnPropertyNames(Object.prototype);
const given: ReadonlySet<string> = new Set([...globalNames, ...standardNames, ...inherited, 'arguments']);
/** Beyond, or with the marks that bundlers leave, a source is a bundle, of which only the class is the author's own. */
const ownLengthMost = 8_192;
/** What works out the global object is no longer than that. */
const globalTextMost = 300;
/** Nor what stands for `require` in a bundle. */
const requireTextMost = 1_000;
const bundlerMark = /^\s*\/\/(?:#region|.*node_modules)|.{1000}/m;

/** What to do without those that authors miss most. */
const advice: ReadonlyMap<string, string> = new Map([
  ['fetch', 'A step cannot reach the network.'],
  ['XMLHttpRequest', 'A step cannot reach the network.'],
  ['WebSocket', 'A step cannot reach the network.'],
  ['require', 'Bundle the package into this source. Modules of Node are not there.'],
  ['module', 'Write `export class Workflow`.'],
  ['exports', 'Write `export class Workflow`.'],
  ['process', 'Pass what it needs as `data` or `headers`.'],
  ['Buffer', 'Use `Uint8Array`, `TextEncoder` and `atob`.'],
  ['setImmediate', 'Use `setTimeout` or `queueMicrotask`.'],
  ['window', 'Use `globalThis`.'],
  ['global', 'Use `globalThis`.'],
  ['self', 'Use `globalThis`.'],
  ['WeakRef', 'A step cannot see when something is collected: hold it in a `Map` or a `WeakMap`.'],
  ['FinalizationRegistry', 'A step cannot see when something is collected: end it in a `finally`.'],
  ['SharedArrayBuffer', 'Steps share no memory: use `ArrayBuffer`, and `api.runStore` between steps.'],
  ['Atomics', 'Steps share no memory: use `api.runStore.increment` between steps.'],
  ['crypto.subtle', 'Use a package that has its ciphers in JavaScript, such as `@noble/hashes`.'],
  ['WebAssembly', 'Use a package that has a version in JavaScript.'],
]);

/** One for each name, where it first stands. `places`: all of the source, in source order. */
export function freeNameFaults(places: readonly Place[], text: string, names: Names, workflow: Class | null): Fault[] {
  const isOwnCode = ownCodeOf(text, workflow);
  const isGlobalObject = (node: AnyNode): boolean => isGlobal(node, text, names);
  const members = memberReferences(places, names);
  const missing = [...names.free, ...members.needed].filter(({ name }) => !given.has(name));
  const set = namesSet(places, isGlobalObject);
  const own = missing.filter(({ place }) => isOwnCode(place));
  // Nobody names it without need: where it stands behind a condition, that asks what kind of a key there is.
  const subtle = new Set(members.needed.filter(({ name }) => name === 'crypto.subtle').map(({ place }) => place));
  const bodies = bodiesOf(places, (place) => isBelow(place, workflow) || subtle.has(place));
  const asked = namesAskedFor(places, own, bodies.tried, members);
  const used = own.filter(({ name }) => !asked.has(name));
  const certain = evaluated(new Callees(places, names, bodies), bodies, workflow);
  // A package that asks for a name in one of its modules may mind the answer in another.
  const isAsked = ({ place }: FreeReference): boolean =>
    isAskedFor(place) || (place.above?.node.type !== 'UnaryExpression' && isConditionOnly(place));
  const askedByPackages = new Set(missing.filter(isAsked).map(({ name }) => name));
  const ofPackages = missing.filter(({ place }) => certain.has(place) && !isOwnCode(place));
  const isOfMember = new Set(members.needed);
  // One by one: a call takes no more arguments than the stack has room for.
  for (const one of ofPackages) {
    const isSilent = askedByPackages.has(one.name) || (isOfMember.has(one) && members.asked.has(one.name));
    if (!isSilent) used.push(one);
  }
  for (const place of certain) if (isRequireOfBundler(place, text, names)) used.push({ name: 'require', place });
  const first = new Map<string, number>();
  for (const { name, place } of used.toSorted((a, b) => a.place.node.start - b.place.node.start)) {
    if (!set.has(name) && !first.has(name)) first.set(name, place.node.start);
  }
  return [...first].map(([name, offset]) => unknownFault(name, offset));
}

/** Whether the author has written what stands in a place: in a bundle, only the class. */
export function ownCodeOf(text: string, workflow: Class | null): (place: Place) => boolean {
  const isBundle = text.length > ownLengthMost || bundlerMark.test(text);
  return (place) => !isBundle || isBelow(place, workflow);
}

/** References that are bound to be evaluated in code that the top of the source, or a step, leads to. */
function evaluated(callees: Callees, bodies: Bodies, workflow: Class | null): Set<Place> {
  const found = new Set<Place>();
  const reached = new Set<Body>([bodies.top]);
  for (const [node, body] of bodies.of) if (isWithin(node, workflow)) reached.add(body);
  // It grows while it is gone through.
  for (const body of reached) {
    for (const { node } of body.calls) for (const called of callees.of(node, body)) reached.add(called);
    for (const place of body.names) found.add(place);
  }
  return found;
}

/** What bundlers write for a module of Node that they cannot bundle: it throws. Minifiers give it another name. */
function isRequireOfBundler({ node, above, field }: Place, text: string, names: Names): boolean {
  if (node.type !== 'Identifier' || above?.node.type !== 'CallExpression' || field !== 'callee') return false;
  if (above.node.arguments[0]?.type !== 'Literal') return false;
  if (node.name === '__require') return true;
  const declaring = names.bindingOf.get(node)?.declared[0]?.above?.node;
  if (declaring?.type !== 'VariableDeclarator' || declaring.init?.type !== 'CallExpression') return false;
  const { start, end } = declaring.init;
  return end - start <= requireTextMost && text.slice(start, end).includes('typeof require');
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function isWithin({ start, end }: Range, outer: Range | null): boolean {
  return outer !== null && start >= outer.start && end <= outer.end;
}

function isBelow({ node }: Place, outer: Range | null): boolean {
  return isWithin(node, outer);
}

/** Names that the source puts into the global object, in whatever way: `globalThis.URL = …`, `Object.defineProperty(self, 'URL', …)`. */
function namesSet(places: readonly Place[], isGlobalObject: (node: AnyNode) => boolean): Set<string> {
  const set = new Set<string>();
  for (const { node } of places) {
    if (
      node.type === 'AssignmentExpression' &&
      node.left.type === 'MemberExpression' &&
      isGlobalObject(node.left.object)
    ) {
      set.add(propertyOf(node.left) ?? '');
    }
    if (node.type !== 'CallExpression') continue;
    const [target, key] = node.arguments;
    if (target === undefined || key === undefined || !isGlobalObject(target)) continue;
    if (key.type === 'Literal') set.add(String(key.value));
    if (key.type === 'ObjectExpression') {
      for (const property of key.properties) {
        if (property.type === 'Property' && property.key.type === 'Identifier') set.add(property.key.name);
      }
    }
  }
  return set;
}

/** By its own names, or by that of a variable that is made out of one of them: `const root = typeof self === 'object' ? self : globalThis`. */
function isGlobal(node: AnyNode, text: string, names: Names): boolean {
  if (node.type !== 'Identifier') return false;
  const declaring = names.bindingOf.get(node)?.declared[0]?.above?.node;
  if (declaring?.type !== 'VariableDeclarator' || !declaring.init) return waysToGlobal.has(node.name);
  const { start, end } = declaring.init;
  return end - start <= globalTextMost && /\b(?:globalThis|self|window|global)\b/.test(text.slice(start, end));
}

/** Names that the source asks for in whatever way, so that it can do without: `typeof Buffer`, `'Buffer' in globalThis`, `globalThis.Buffer`. */
function namesAskedFor(
  places: readonly Place[],
  own: readonly FreeReference[],
  tried: ReadonlySet<Place>,
  members: MemberReferences,
): Set<string> {
  const asked = new Set(own.filter(({ place }) => isAskedFor(place) || tried.has(place)).map(({ name }) => name));
  const needed = new Set(members.needed.map(({ place }) => place.node));
  for (const name of members.asked) asked.add(name);
  for (const { node } of places) {
    if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') continue;
    if (waysToGlobal.has(node.object.name) && !needed.has(node.object)) asked.add(propertyOf(node) ?? '');
  }
  return asked;
}

function isAskedFor({ above }: Place): boolean {
  return above?.node.type === 'UnaryExpression' && above.node.operator === 'typeof' && !isDemand(above);
}

function unknownFault(name: string, offset: number): Fault {
  const more = name.startsWith('TextDecoder(')
    ? 'It reads UTF-8.'
    : (advice.get(name) ?? 'Declare it, or correct its name.');
  return { code: 'GLOBAL_UNKNOWN', message: `There is nothing called ${quoted(name)} in the sandbox. ${more}`, offset };
}
