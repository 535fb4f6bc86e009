// Whether an expression stands where only the value makes sense that its promise comes to: a promise is never null, always true, and no number.
import type { ApiNames } from './api-names.ts';
import { nameOf, propertyOf } from './nodes.ts';
import type { CallExpression, Class } from './parse.ts';
import { isFunction, type Place } from './places.ts';
import type { Names } from './scopes.ts';

/** Of what surrounds the expression. */
export interface Surroundings {
  readonly api: ApiNames;
  readonly names: Names;
  readonly workflow: Class | null;
}

const promiseCalls: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);
/** Functions of the realm that take a value. */
const takers: ReadonlySet<string> = new Set([
  'String',
  'Number',
  'Boolean',
  'BigInt',
  'parseInt',
  'parseFloat',
  'isNaN',
]);
/** Objects of the realm whose functions do. */
const takerObjects: ReadonlySet<string> = new Set(['JSON', 'Math', 'console']);

export function isUsedAsValue(place: Place, surroundings: Surroundings): boolean {
  const { above, field } = place;
  if (above === null) return false;
  const { node } = above;
  switch (node.type) {
    case 'BinaryExpression':
      return node.operator !== 'instanceof';
    case 'TemplateLiteral':
      return above.above?.node.type !== 'TaggedTemplateExpression';
    case 'UpdateExpression':
    case 'SpreadElement':
      return true;
    case 'LogicalExpression':
      return field === 'left';
    case 'UnaryExpression':
      return node.operator !== 'void' && node.operator !== 'typeof';
    case 'ConditionalExpression':
    case 'IfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return field === 'test' || isHandedOn(place, surroundings);
    case 'SwitchStatement':
      return field === 'discriminant';
    case 'ForOfStatement':
      return field === 'right' && !node.await;
    case 'ForInStatement':
      return field === 'right';
    case 'MemberExpression':
      return field === 'object' ? !promiseCalls.has(propertyOf(node) ?? 'then') : node.computed;
    case 'VariableDeclarator':
      return field === 'init' && node.id.type !== 'Identifier';
    case 'AssignmentExpression':
      return (
        field === 'right' && (node.left.type.endsWith('Pattern') || !['=', '??=', '||=', '&&='].includes(node.operator))
      );
    default:
      return isHandedOn(place, surroundings);
  }
}

/** Within a list or an object too: given to something that takes values, or returned by `start` in an object, as a part of the run's output. */
function isHandedOn(place: Place, surroundings: Surroundings): boolean {
  let inner = place;
  for (let { above } = place; above !== null; inner = above, above = above.above) {
    const { node } = above;
    switch (node.type) {
      case 'Property':
        if (inner.field !== 'value') return false;
        break;
      case 'ObjectExpression':
      case 'ArrayExpression':
        break;
      case 'ConditionalExpression':
        if (inner.field === 'test') return false;
        break;
      case 'CallExpression':
        return inner.field === 'arguments' && takesValues(node, surroundings);
      case 'ReturnStatement':
        return inner !== place && !isConditional(inner) && isOfStart(above, surroundings);
      default:
        return false;
    }
  }
  return false;
}

/** `return a ? promise : 0`: that is awaited, for it is not within an object. */
function isConditional({ node }: Place): boolean {
  return node.type === 'ConditionalExpression';
}

function takesValues({ callee }: CallExpression, { api, names }: Surroundings): boolean {
  if (api.pathOf(callee) !== undefined) return true;
  if (callee.type === 'Identifier') return takers.has(callee.name) && !names.bindingOf.has(callee);
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return takerObjects.has(callee.object.name) && !names.bindingOf.has(callee.object);
}

function isOfStart(place: Place, { workflow }: Surroundings): boolean {
  for (let { above } = place; above !== null; above = above.above) {
    if (!isFunction(above.node)) continue;
    const method = above.above;
    const isOfClass = method?.node.type === 'MethodDefinition' && method.above?.node === workflow?.body;
    return isOfClass && method.node.type === 'MethodDefinition' && nameOf(method.node) === 'start';
  }
  return false;
}
