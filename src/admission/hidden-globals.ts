// Globals of the realm that a source replaces in a way that their bare names do not show. A step's `globalThis` is an object of its own: `Date` shows what
// `globalThis.Date = …` puts there (`cell/global-scope.ts`), and not what another name for that object, or a function, does.

import { globalNames } from '../realm/globals/index.ts';
import { standardNames } from '../realm/standard-globals.ts';
import { type Fault, quoted } from './finding.ts';
import { isGlobalObject } from './global-members.ts';
import { propertyOf } from './nodes.ts';
import type { AnyNode } from './parse.ts';
import type { Place } from './places.ts';
import type { Names } from './scopes.ts';

const given: ReadonlySet<string> = new Set([...globalNames, ...standardNames]);
/** Of `Object` and `Reflect`. */
const setters: ReadonlySet<string> = new Set(['assign', 'defineProperty', 'defineProperties', 'set']);

/** `isOwnCode`: whether the author has written what stands there. Packages replace globals for engines that are older. */
export function hiddenGlobalFaults(
  places: readonly Place[],
  names: Names,
  isOwnCode: (place: Place) => boolean,
): Fault[] {
  const replaced = new Map<string, number>();
  const shown = new Set<string>();
  for (const place of places) {
    const { node } = place;
    if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
      const name = propertyOf(node.left);
      if (name === undefined || !isGlobalObject(node.left.object, names)) continue;
      if (isPlain(node.left)) shown.add(name);
      else if (isOwnCode(place)) replaced.set(name, node.start);
    } else if (node.type === 'CallExpression' && isOwnCode(place)) {
      for (const name of namesSetBy(node, names)) replaced.set(name, node.start);
    }
  }
  const read = new Set(names.free.map(({ name }) => name));
  return [...replaced]
    .filter(([name]) => given.has(name) && read.has(name) && !shown.has(name))
    .map(([name, offset]) => hiddenFault(name, offset));
}

/** `globalThis.NAME`, as it stands in the text. */
function isPlain(node: AnyNode): boolean {
  if (node.type !== 'MemberExpression' || node.computed) return false;
  return node.object.type === 'Identifier' && node.object.name === 'globalThis';
}

function namesSetBy(call: AnyNode & { readonly type: 'CallExpression' }, names: Names): string[] {
  const [target, key] = call.arguments;
  const { callee } = call;
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return [];
  if (!['Object', 'Reflect'].includes(callee.object.name) || !setters.has(propertyOf(callee) ?? '')) return [];
  if (target === undefined || key === undefined || !isGlobalObject(target, names)) return [];
  if (key.type === 'Literal') return [String(key.value)];
  if (key.type !== 'ObjectExpression') return [];
  return key.properties.flatMap((property) =>
    property.type === 'Property' && !property.computed && property.key.type === 'Identifier' ? [property.key.name] : [],
  );
}

function hiddenFault(name: string, offset: number): Fault {
  const message = `The bare name still means the sandbox's own ${quoted(name)} where built-ins are frozen. Write \`globalThis.${name} = …\`, or use a variable.`;
  return { code: 'GLOBAL_NOT_REPLACED', message, offset };
}
