// Calls of the api whose promise nobody looks at, or that are used as if they were the value that comes later.

import { isWritten } from './api-names.ts';
import type { Fault } from './finding.ts';
import { quoted } from './finding.ts';
import { propertyOf } from './nodes.ts';
import type { AnyNode, CallExpression } from './parse.ts';
import { isFunction, type Place } from './places.ts';
import { Promises } from './promises.ts';
import type { Binding } from './scopes.ts';
import { isUsedAsValue, type Surroundings } from './value-uses.ts';

export function awaitingFaults(places: readonly Place[], surroundings: Surroundings): Fault[] {
  const { api, names } = surroundings;
  const promises = new Promises(names, api);
  const ofCalls = places.flatMap((place) => {
    const { node } = place;
    if (node.type !== 'CallExpression') return [];
    if (isAsyncForEach(node)) return [forEachFault(node.start)];
    const name = promises.madeBy(node);
    if (name === undefined) return [];
    if (isDropped(place)) return api.callOf(node) === undefined ? [] : [notAwaited(name, node.start)];
    return isUsedAsValue(place, surroundings) ? [usedAsValue(name, node.start)] : [];
  });
  return [...ofCalls, ...names.bindings.flatMap((binding) => bindingFault(binding, promises, surroundings))];
}

/** Of a variable that holds a promise: one at most, where it is first taken for the value. */
function bindingFault(binding: Binding, promises: Promises, surroundings: Surroundings): Fault[] {
  const by = promises.heldBy(binding);
  if (by === undefined) return [];
  const uses = binding.references.filter((place) => !isWritten(place));
  const [declared] = binding.declared;
  if (uses.length === 0 && declared !== undefined) return [notAwaited(by, declared.node.start)];
  const wrong = uses.filter((place) => isUsedAsValue(place, surroundings)).map(({ node }) => node.start);
  return wrong.length === 0 ? [] : [variableUsedAsValue(binding.name, by, Math.min(...wrong))];
}

/** Nothing is done with what it gives. `void` says that this is meant. */
function isDropped({ above }: Place): boolean {
  return above?.node.type === 'ExpressionStatement';
}

function isAsyncForEach({ callee, arguments: [callback] }: CallExpression): boolean {
  if (propertyOf(callee) !== 'forEach' || callback === undefined) return false;
  return isFunction(callback) && isAsync(callback);
}

function isAsync(node: AnyNode): boolean {
  return 'async' in node && node.async === true;
}

function notAwaited(name: string, offset: number): Fault {
  const message = `Nobody waits for this call of \`${name}\`: if it is refused, the step fails without a chance to catch it. Write \`await\` before it.`;
  return { code: 'CALL_NOT_AWAITED', message, offset };
}

function usedAsValue(name: string, offset: number): Fault {
  const message = `\`${name}\` gives a promise, and here it is used as a value. Write \`await\` before it, in parentheses where needed.`;
  return { code: 'PROMISE_USED_AS_VALUE', message, offset };
}

function variableUsedAsValue(name: string, by: string, offset: number): Fault {
  const message = `${quoted(name)} holds the promise of \`${by}\`, and here it is used as a value. Write \`await\` before the call that made it.`;
  return { code: 'PROMISE_USED_AS_VALUE', message, offset };
}

function forEachFault(offset: number): Fault {
  const message =
    '`forEach` does not wait for an async callback. Use `for (const item of items) { … }`, or `await Promise.all(items.map(async (item) => { … }))`.';
  return { code: 'CALL_NOT_AWAITED', message, offset };
}
