// Calls of the api whose promise nobody looks at, or that are used as if they were the value that comes later.
import type { Fault } from './finding.ts';
import { isScheduleCall, makesItsOwn, propertyOf } from './nodes.ts';
import type { AnyNode, CallExpression } from './parse.ts';
import { isFunction, type Place } from './places.ts';

const storeCalls: ReadonlySet<string> = new Set(['get', 'set', 'push', 'increment', 'delete']);
const promiseCalls: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

export function awaitingFaults(places: readonly Place[]): Fault[] {
  const hasItsOwn = (name: string): boolean => places.some(({ node }) => makesItsOwn(node, name));
  const own = new Set(['scheduleNextStep', 'runStore'].filter(hasItsOwn));
  return places.flatMap((place) => {
    const { node } = place;
    if (node.type !== 'CallExpression') return [];
    if (isAsyncForEach(node)) return [forEachFault(node.start)];
    const name = nameOfApiCall(node, own);
    if (name === undefined) return [];
    if (isDropped(place)) return [notAwaited(name, node.start)];
    return isUsedAsValue(place) ? [usedAsValue(name, node.start)] : [];
  });
}

/** What the call is known by, if it is one of the api's. `own`: names that need not be the api's here. */
function nameOfApiCall(call: CallExpression, own: ReadonlySet<string>): string | undefined {
  if (isScheduleCall(call)) return own.has('scheduleNextStep') ? undefined : 'scheduleNextStep';
  const { callee } = call;
  const name = propertyOf(callee);
  if (callee.type !== 'MemberExpression' || name === undefined || !storeCalls.has(name)) return undefined;
  const { object } = callee;
  const isStore = propertyOf(object) === 'runStore' || (object.type === 'Identifier' && object.name === 'runStore');
  return isStore && !own.has('runStore') ? `runStore.${name}` : undefined;
}

/** Nothing is done with what it gives. `void` says that this is meant. */
function isDropped({ above }: Place): boolean {
  return above?.node.type === 'ExpressionStatement';
}

/** Where a promise makes no sense: it is never null, always true, and no number. */
function isUsedAsValue({ above, field }: Place): boolean {
  if (above === null) return false;
  const { node } = above;
  switch (node.type) {
    case 'BinaryExpression':
    case 'TemplateLiteral':
    case 'UpdateExpression':
      return true;
    case 'LogicalExpression':
      return field === 'left';
    case 'UnaryExpression':
      return node.operator !== 'void';
    case 'ConditionalExpression':
    case 'IfStatement':
    case 'WhileStatement':
      return field === 'test';
    case 'ForOfStatement':
      return field === 'right' && !node.await;
    case 'SpreadElement':
      return true;
    case 'MemberExpression':
      return field === 'object' && !promiseCalls.has(propertyOf(node) ?? 'then');
    default:
      return false;
  }
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

function forEachFault(offset: number): Fault {
  const message =
    '`forEach` does not wait for an async callback. Use `for (const item of items) { … }`, or `await Promise.all(items.map(async (item) => { … }))`.';
  return { code: 'CALL_NOT_AWAITED', message, offset };
}
