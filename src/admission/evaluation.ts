// What each function of a source is bound to evaluate once it is called, and what it may call. A bundle is full of code for other places that never
// runs, so that only what stands behind no condition says anything about it.
import type { AnyNode, Class } from './parse.ts';
import { isFunction, type Place } from './places.ts';

/** Code that is evaluated as a whole: of a function, the fields of a class, or the top of the source. */
export interface Body {
  /** The class whose instance `this` is here. */
  readonly thisClass: Class | null;
  /** Calls in it that no `catch` sees to. */
  readonly calls: Place[];
  /** Names in it that stand behind no condition but an early return. */
  readonly names: Place[];
}

export interface Bodies {
  readonly top: Body;
  /** By function; that of a class has the values of its fields. */
  readonly of: ReadonlyMap<AnyNode, Body>;
  /** Identifiers in a `try` that has a `catch`, at whatever depth: somebody sees to it if they fail. */
  readonly tried: ReadonlySet<Place>;
}

/** Where something is evaluated, and whether it is certain to be once its body is. */
interface Standing {
  readonly body: Body;
  readonly isCertain: boolean;
  readonly isTried: boolean;
}

/** `isOwn`: where all names count that no `catch` sees to, also behind a condition. */
export function bodiesOf(places: Iterable<Place>, isOwn: (place: Place) => boolean): Bodies {
  const top = bodyOf(null);
  const of = new Map<AnyNode, Body>();
  const tried = new Set<Place>();
  const standings = new Map<Place, Standing>();
  for (const place of places) {
    const standing = standingOf(place, standings, top, of);
    standings.set(place, standing);
    const { node } = place;
    const { body } = standing;
    if (standing.isTried && node.type === 'Identifier') tried.add(place);
    if (standing.isTried) continue;
    if (node.type === 'CallExpression' || node.type === 'NewExpression') body.calls.push(place);
    if (node.type === 'Identifier' && (standing.isCertain || isOwn(place))) body.names.push(place);
  }
  return { top, of, tried };
}

function bodyOf(thisClass: Class | null): Body {
  return { thisClass, calls: [], names: [] };
}

function standingOf(
  { above, field }: Place,
  standings: ReadonlyMap<Place, Standing>,
  top: Body,
  of: Map<AnyNode, Body>,
): Standing {
  const outside = above && standings.get(above);
  if (above === null || !outside) return { body: top, isCertain: true, isTried: false };
  const isTried =
    outside.isTried || (above.node.type === 'TryStatement' && field === 'block' && above.node.handler != null);
  if (isFunction(above.node)) {
    const isLazy = 'generator' in above.node && above.node.generator && !isDriven(above.node, above.above?.node);
    const thisClass = above.node.type === 'ArrowFunctionExpression' ? outside.body.thisClass : classOfMethod(above);
    return {
      body: ownBody(above.node, thisClass, of),
      isCertain: !isLazy && !isConditional(above, field),
      isTried,
    };
  }
  if (above.node.type === 'PropertyDefinition' && field === 'value' && !above.node.static) {
    const owner = above.above?.above?.node;
    if (owner?.type === 'ClassDeclaration' || owner?.type === 'ClassExpression') {
      return { body: ownBody(owner, owner as Class, of), isCertain: true, isTried };
    }
  }
  return { body: outside.body, isCertain: outside.isCertain && !isConditional(above, field), isTried };
}

function ownBody(node: AnyNode, thisClass: Class | null, of: Map<AnyNode, Body>): Body {
  const body = of.get(node) ?? bodyOf(thisClass);
  of.set(node, body);
  return body;
}

function classOfMethod({ above }: Place): Class | null {
  const owner = above?.node.type === 'MethodDefinition' ? above.above?.above?.node : undefined;
  return owner?.type === 'ClassDeclaration' || owner?.type === 'ClassExpression' ? (owner as Class) : null;
}

/** Whether what stands in this field of a node may be left out, or whether somebody sees to it if it fails. */
function isConditional(place: Place, field: string): boolean {
  const { node } = place;
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return field === 'alternate' || (field === 'consequent' && !isOfLeftOut(node.test));
    case 'LogicalExpression':
    case 'AssignmentPattern':
      return field === 'right';
    case 'AssignmentExpression':
      return field === 'right' && ['??=', '||=', '&&='].includes(node.operator);
    case 'ForStatement':
      return field === 'body' || field === 'update';
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
      return field === 'body';
    case 'SwitchCase':
    case 'CatchClause':
      return true;
    case 'TryStatement':
      return field === 'block' && node.handler != null;
    case 'ChainExpression':
      return true;
    case 'UnaryExpression':
      return node.operator === 'typeof' && !isDemand(place);
    default:
      return false;
  }
}

/** `given === undefined`: most calls leave out what may be left out. */
function isOfLeftOut(test: AnyNode): boolean {
  if (test.type !== 'BinaryExpression' || !test.operator.startsWith('==')) return false;
  const [asked, other] =
    test.right.type === 'Identifier' && test.right.name !== 'undefined'
      ? [test.right, test.left]
      : [test.left, test.right];
  const isVoid = other.type === 'UnaryExpression' && other.operator === 'void';
  return asked.type === 'Identifier' && (isVoid || (other.type === 'Identifier' && other.name === 'undefined'));
}

/** What compilers make of an `async` function: a generator that a call goes through at once, `__awaiter(this, void 0, void 0, function* () { … })`. */
export function isDriven(generator: AnyNode, call: AnyNode | undefined): boolean {
  if (call?.type !== 'CallExpression' || call.arguments.at(-1) !== generator) return false;
  const [receiver] = call.arguments;
  return receiver?.type === 'ThisExpression' || receiver?.type === 'UnaryExpression' || receiver?.type === 'Literal';
}

/** Whether this `typeof` stands in `if (typeof NAME === 'undefined') throw …`: that does not do without the name. */
export function isDemand({ node, above }: Place): boolean {
  if (node.type !== 'UnaryExpression' || node.operator !== 'typeof') return false;
  if (above?.node.type !== 'BinaryExpression' || !isTrueIfMissing(above.node, node)) return false;
  let test = above;
  while (test.above?.node.type === 'LogicalExpression' && test.above.node.operator === '||') test = test.above;
  const decides = test.above?.node;
  return decides?.type === 'IfStatement' && test.field === 'test' && isThrow(decides.consequent);
}

/** `typeof X === 'undefined'`, `typeof X != 'function'`, and `typeof X > 'u'` as minifiers write it. */
function isTrueIfMissing(
  { operator, left, right }: { readonly operator: string; readonly left: AnyNode; readonly right: AnyNode },
  asked: AnyNode,
): boolean {
  const other = left === asked ? right : left;
  if (other.type !== 'Literal') return false;
  const isUndefined = other.value === 'undefined';
  if (operator === '==' || operator === '===') return isUndefined;
  if (operator === '!=' || operator === '!==') return !isUndefined;
  return other.value === 'u' && operator === (left === asked ? '>' : '<');
}

function isThrow(statement: AnyNode): boolean {
  return statement.type === 'ThrowStatement' || (statement.type === 'BlockStatement' && statement.body.some(isThrow));
}

/** Names that many kinds of objects have a function by: which one is called cannot be known by the name. */
export const builtInNames: ReadonlySet<string> = new Set(
  [
    Object,
    Function,
    Array,
    String,
    Number,
    Promise,
    Map,
    Set,
    Date,
    RegExp,
    Symbol,
    Error,
    WeakMap,
    ArrayBuffer,
    Uint8Array,
  ]
    .flatMap((built) => [built, built.prototype])
    .concat(JSON, Reflect)
    .flatMap((owner) => Object.getOwnPropertyNames(owner)),
);
