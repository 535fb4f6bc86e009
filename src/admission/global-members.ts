// What a source takes from the global object by the name of a member, and what it takes from a global that a step has only in part. `new globalThis.Headers()` needs
// `Headers` just as `new Headers()` does; `crypto.subtle.digest()` needs a member that the sandbox leaves out.
import { isAskedFor } from './api-members.ts';
import { propertyOf } from './nodes.ts';
import type { AnyNode } from './parse.ts';
import type { Place } from './places.ts';
import type { FreeReference, Names } from './scopes.ts';

/** Labels of UTF-8, which `TextDecoder` takes in a step. */
const utf8Label = /^\s*(?:unicode-1-1-utf-8|unicode11utf8|unicode20utf8|utf-?8|x-unicode20utf8)\s*$/i;

export const waysToGlobal: ReadonlySet<string> = new Set(['globalThis', 'self', 'window', 'global']);
/** So far a name is followed: names may stand for one another in a circle. */
const hopsMost = 6;

export interface MemberReferences {
  /** Each stands at the identifier that it begins with. The source fails there if there is no such thing. */
  readonly needed: readonly FreeReference[];
  /** Names that the source looks for before it uses them. */
  readonly asked: ReadonlySet<string>;
}

export function memberReferences(places: readonly Place[], names: Names): MemberReferences {
  const needed: FreeReference[] = [];
  const asked = new Set<string>();
  for (const place of places) {
    const { node } = place;
    if (node.type === 'BinaryExpression' && node.operator === 'in' && node.left.type === 'Literal')
      asked.add(String(node.left.value));
    if (node.type !== 'Identifier') continue;
    const taken = memberTaken(place, names);
    if (taken !== null && isUsed(taken.place, names.bindingOf.has(node))) needed.push({ name: taken.name, place });
    else if (taken !== null && (isAskedFor(taken.place) || isOptional(taken.place))) asked.add(taken.name);
    const name = destructured(place, names) ?? encodingNeeded(place, names);
    if (name !== null) needed.push({ name, place });
  }
  return { needed, asked };
}

/** `globalThis.NAME`, `crypto.subtle`, `globalThis.crypto.subtle`: the name, and the place of the whole. */
function memberTaken(place: Place, names: Names): { readonly name: string; readonly place: Place } | null {
  const member = memberOf(place);
  const name = member === null ? undefined : propertyOf(member.node);
  if (member === null || name === undefined) return null;
  if (isGlobalObject(place.node, names)) {
    const inner = name === 'crypto' ? memberOf(member) : null;
    if (inner && propertyOf(inner.node) === 'subtle') return { name: 'crypto.subtle', place: inner };
    return { name, place: member };
  }
  return name === 'subtle' && isCrypto(place.node, names) ? { name: 'crypto.subtle', place: member } : null;
}

function memberOf({ above, field }: Place): Place | null {
  return above?.node.type === 'MemberExpression' && field === 'object' && !above.node.optional ? above : null;
}

/** One of its names, a choice of them, or a variable that is one: `typeof self === 'object' ? self : globalThis`. */
export function isGlobalObject(node: AnyNode, names: Names, hops = 0): boolean {
  if (hops > hopsMost) return false;
  switch (node.type) {
    case 'Identifier': {
      const binding = names.bindingOf.get(node);
      if (binding === undefined) return waysToGlobal.has(node.name);
      const [place, ...more] = binding.declared;
      const declarator = place?.field === 'id' && more.length === 0 ? place.above?.node : undefined;
      return declarator?.type === 'VariableDeclarator' && declarator.init != null
        ? isGlobalObject(declarator.init, names, hops + 1)
        : false;
    }
    case 'ConditionalExpression':
      return isGlobalObject(node.consequent, names, hops + 1) || isGlobalObject(node.alternate, names, hops + 1);
    case 'LogicalExpression':
      return isGlobalObject(node.left, names, hops + 1) || isGlobalObject(node.right, names, hops + 1);
    default:
      return false;
  }
}

/** The global, or a variable that holds it: `const webCrypto = globalThis.crypto`. */
function isCrypto(node: AnyNode, { bindingOf }: Names): boolean {
  const binding = bindingOf.get(node);
  if (binding === undefined) return node.type === 'Identifier' && node.name === 'crypto';
  const declaring = binding.declared.length === 1 ? binding.declared[0]?.above?.node : undefined;
  const value = declaring?.type === 'VariableDeclarator' ? declaring.init : null;
  if (value?.type === 'Identifier') return value.name === 'crypto' && !bindingOf.has(value);
  return value?.type === 'MemberExpression' && propertyOf(value) === 'crypto' && value.object.type === 'Identifier';
}

/**
 * Whether the source calls it, makes one of it, or reads a member of it: none of that works with undefined. Calls by a variable (`isByVariable`) are
 * left out: packages keep the global object to call what only some engines have.
 */
function isUsed(place: Place, isByVariable: boolean): boolean {
  if (isAskedFor(place)) return false;
  const { above, field } = place;
  switch (above?.node.type) {
    case 'NewExpression':
      return field === 'callee';
    case 'CallExpression':
      return field === 'callee' && !above.node.optional && !isByVariable;
    case 'MemberExpression':
      return field === 'object' && !above.node.optional;
    case 'BinaryExpression':
      return field === 'right' && above.node.operator === 'instanceof';
    default:
      return false;
  }
}

/** `const { NAME } = globalThis`, whose variable is never asked whether it is there. */
function destructured(place: Place, names: Names): string | null {
  const { above, field, node } = place;
  if (above?.node.type !== 'Property' || field !== 'value' || above.above?.node.type !== 'ObjectPattern') return null;
  const declarator = above.above.above?.node;
  if (declarator?.type !== 'VariableDeclarator' || above.above.field !== 'id' || !declarator.init) return null;
  const { key, computed } = above.node;
  const binding = names.bindingOf.get(node);
  if (computed || key.type !== 'Identifier' || binding === undefined || binding.references.length === 0) return null;
  // What is handed to a function may be asked for there.
  const isAsked = binding.references.some(
    (reference) => isAskedFor(reference) || isOptional(reference) || reference.field === 'arguments',
  );
  return !isAsked && isGlobalObject(declarator.init, names) ? key.name : null;
}

function isOptional({ above, field }: Place): boolean {
  return above?.node.type === 'MemberExpression' && field === 'object' && above.node.optional;
}

/** `new TextDecoder('latin1')`: as a name, with the label. */
function encodingNeeded({ node, above, field }: Place, { bindingOf }: Names): string | null {
  if (node.type !== 'Identifier' || node.name !== 'TextDecoder' || bindingOf.has(node)) return null;
  if (above?.node.type !== 'NewExpression' || field !== 'callee') return null;
  const [label] = above.node.arguments;
  if (label?.type !== 'Literal' || typeof label.value !== 'string' || utf8Label.test(label.value)) return null;
  return `TextDecoder('${label.value}')`;
}
