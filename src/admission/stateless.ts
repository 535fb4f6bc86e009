// Whether all steps of a cell may share what a source evaluates to: its class, its methods and the functions at its top. Two things must hold, and
// docs/decisions/040 proves them. No step leaves anything for another: the cell freezes all that it finds (`realm/sharing.ts`), and what
// it cannot find (variables, private methods) can be written to by its name alone, which is looked for here. And no step can
// tell: the only thing that a source does with what is frozen is to call it. A source that is refused by mistake is only slower.
import { identifiersMost, isIdentifier } from '../protocol/identifiers.ts';
import { globalNames, sharedGlobalNames } from '../realm/globals/index.ts';
import { isPlainName, type Member, nameOf, propertyOf } from './nodes.ts';
import type { AnyNode, Class, Program } from './parse.ts';
import { isFunction, type Place, placesOf } from './places.ts';

/** What steps would share, by name. A private method's begins with `#`. */
interface Shared {
  readonly workflow: Class;
  /** Each name that the class may go by: a bundler or minifier has given it others than `Workflow`. */
  readonly names: ReadonlySet<string>;
  readonly methods: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

/**
 * What an instance inherits, apart from methods: some of it leads to the class, some gives the instance away. `__proto__` is named, since
 * the process that reads sources has none.
 */
const inherited: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), '__proto__']);

/** What a step's own Math has from the one that all share: not `random`, nor what it inherits. */
const shareOfMath: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Math).filter((name) => name !== 'random'));

/** What a step's own `Intl` and `Temporal` have from those that all share, and the methods of each class in them. */
const standards: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> = new Map([
  ['Intl', membersOf(Intl, 'DateTimeFormat')],
  ['Temporal', membersOf(Reflect.get(globalThis, 'Temporal') ?? {}, 'Now')],
]);

function membersOf(holder: object, own: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = Object.getOwnPropertyNames(holder).filter((name) => name !== own);
  const notMethods = new Set(['length', 'name', 'prototype']);
  return new Map(
    names.map((name) => [name, new Set(Object.getOwnPropertyNames(Reflect.get(holder, name))).difference(notMethods)]),
  );
}

/**
 * The names of the functions at the top of a source that steps may share; null if each step has to evaluate it anew. The source
 * has been checked: it has no `arguments` outside of functions, and nothing is declared twice.
 */
export function sharedFunctionsOf(
  program: Program,
  workflow: Class,
  variable: string | null,
): readonly string[] | null {
  const methods = methodsOf(workflow);
  const functions = functionsOf(program, workflow, variable);
  if (methods === null || functions === null) return null;
  const names = new Set(['Workflow', variable ?? 'Workflow', workflow.id?.name ?? 'Workflow']);
  for (const place of placesOf(program, workflow)) {
    if (!isHarmless(place, { workflow, names, methods, functions })) return null;
  }
  const shared = [...functions];
  return shared.length <= identifiersMost && shared.every(isIdentifier) ? shared : null;
}

/** Whatever else a later version of the language has is not known to be harmless. Left out: `super`, `new.target`, `import.meta`, `import()`. */
const knownNodes: ReadonlySet<string> = new Set(
  `Program ExpressionStatement BlockStatement EmptyStatement DebuggerStatement ReturnStatement LabeledStatement BreakStatement ContinueStatement
  IfStatement SwitchStatement SwitchCase ThrowStatement TryStatement CatchClause WhileStatement DoWhileStatement ForStatement ForInStatement
  ForOfStatement FunctionDeclaration VariableDeclaration VariableDeclarator ClassDeclaration ClassBody StaticBlock PropertyDefinition
  MethodDefinition ExportNamedDeclaration ExportSpecifier ExportDefaultDeclaration ArrayExpression ObjectExpression Property FunctionExpression
  ArrowFunctionExpression ClassExpression UnaryExpression UpdateExpression BinaryExpression AssignmentExpression LogicalExpression
  MemberExpression ConditionalExpression CallExpression NewExpression SequenceExpression YieldExpression AwaitExpression ChainExpression
  ParenthesizedExpression Literal TemplateLiteral TemplateElement TaggedTemplateExpression SpreadElement RestElement ObjectPattern
  ArrayPattern AssignmentPattern`.split(/\s+/),
);

/** Null if the class has more than methods and what each instance has for itself. */
function methodsOf({ superClass, body }: Class): Set<string> | null {
  if (superClass) return null;
  const [methods, fields] = [new Set<string>(), new Set<string>()];
  for (const member of body.body) {
    if (member.type === 'StaticBlock' || member.static || member.computed) return null;
    const name = ownNameOf(member);
    if (member.type === 'PropertyDefinition') fields.add(name);
    else if (member.kind === 'get' || member.kind === 'set' || member.value.generator) return null;
    else if (member.kind === 'method') methods.add(name);
  }
  return methods.isDisjointFrom(fields) ? methods : null;
}

function ownNameOf(member: Exclude<Member, { type: 'StaticBlock' }>): string {
  return member.key.type === 'PrivateIdentifier' ? `#${member.key.name}` : (nameOf(member) ?? '');
}

/**
 * Null if there is more at the top than the class, functions, and constants that nothing can be left in. Bundlers turn `const` into `var`: the class and
 * functions are then kept by their names, which are written to nowhere.
 */
function functionsOf(program: Program, workflow: Class, variable: string | null): Set<string> | null {
  const functions = new Set<string>();
  for (const statement of program.body) {
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    if (statement.type === 'ExportNamedDeclaration' && !statement.declaration) continue; // See `isHarmlessName`.
    const declaration = isExport ? statement.declaration : statement;
    if (declaration === workflow || declaration?.type === 'EmptyStatement') continue;
    if (declaration?.type === 'Identifier' && declaration.name === variable) continue;
    if (declaration?.type === 'ExpressionStatement' && 'directive' in declaration) continue;
    if (declaration?.type === 'FunctionDeclaration' && declaration.id && !declaration.generator) {
      functions.add(declaration.id.name);
    } else if (declaration?.type === 'VariableDeclaration' && isVariableKind(declaration.kind)) {
      for (const { id, init } of declaration.declarations) {
        if (id.type !== 'Identifier' || !init) return null;
        if (isNamelessFunction(init)) functions.add(id.name);
        else if (init === workflow ? id.name !== variable : declaration.kind !== 'const' || !isConstant(init))
          return null;
      }
    } else return null;
  }
  return functions;
}

/** Not `using`: that calls something. */
function isVariableKind(kind: string): boolean {
  return kind === 'const' || kind === 'let' || kind === 'var';
}

/** A generator's prototype could be reached by what it makes; a name of its own is one more way to the function. */
function isNamelessFunction(node: AnyNode): boolean {
  if (node.type === 'FunctionExpression') return !node.generator && !node.id;
  return node.type === 'ArrowFunctionExpression';
}

function isConstant(node: AnyNode): boolean {
  if (node.type === 'Literal') return node.regex === undefined;
  if (node.type === 'TemplateLiteral') return node.expressions.length === 0;
  return node.type === 'UnaryExpression' && node.argument.type === 'Literal';
}

function isHarmless({ node, above, field }: Place, shared: Shared): boolean {
  if (above === null) return true;
  switch (node.type) {
    case 'ThisExpression':
      return field === 'object' && isOwnProperty(above, shared);
    case 'Identifier':
      return isPlainName(above.node, field) || isHarmlessName(node.name, above, field, shared);
    case 'PrivateIdentifier':
      return isHarmlessPrivateName(`#${node.name}`, above, field, shared);
    default:
      return knownNodes.has(node.type);
  }
}

/**
 * A private method cannot be found and frozen, but nothing else than its name leads to it. Names of inner classes are taken for those of the
 * workflow's.
 */
function isHarmlessPrivateName(name: string, above: Place, field: string, { methods }: Shared): boolean {
  if (!methods.has(name)) return true;
  if (above.node.type === 'MemberExpression') return isCalled(above.above, above.field);
  return field === 'key';
}

/** `this.NAME`: a method that is called, or something that the instance has for itself, which is not called: a built-in would give away who calls it. */
function isOwnProperty(place: Place, { methods }: Shared): boolean {
  const { node } = place;
  if (node.type !== 'MemberExpression' || node.computed) return false;
  const name = node.property.type === 'PrivateIdentifier' ? `#${node.property.name}` : propertyOf(node);
  if (name === undefined || inherited.has(name)) return false;
  if (methods.has(name)) return isCalled(place.above, place.field);
  // `(this?.f)()` calls it too: a chain stands between.
  return !isCalled(place.above, place.field) && place.field !== 'tag' && place.above?.node.type !== 'ChainExpression';
}

function isHarmlessName(name: string, above: Place, field: string, { workflow, names, functions }: Shared): boolean {
  const { node } = above;
  if (name === 'eval') return false;
  if (names.has(name)) return (field === 'id' && (node === workflow || isWorkflow(node, workflow))) || isExported(node);
  if (functions.has(name)) return isCalled(above, field) || (field === 'id' && (isFunction(node) || isVariable(node)));
  if (name === 'Math') return field === 'object' && isReadOfMath(above);
  const standard = standards.get(name);
  if (standard !== undefined) return field === 'object' && isUseOf(standard, above);
  if (!globalNames.includes(name)) return true;
  return (
    sharedGlobalNames.includes(name) &&
    (isCalled(above, field) || (node.type === 'NewExpression' && field === 'callee'))
  );
}

function isCalled(above: Place | null, field: string): boolean {
  return above?.node.type === 'CallExpression' && field === 'callee';
}

function isVariable(node: AnyNode): boolean {
  return node.type === 'VariableDeclarator';
}

/** `export { e as Workflow }`, which the check takes out. */
function isExported({ type }: AnyNode): boolean {
  return type === 'ExportSpecifier' || type === 'ExportDefaultDeclaration';
}

function isWorkflow(node: AnyNode, workflow: Class): boolean {
  return node.type === 'VariableDeclarator' && node.init === workflow;
}

/** `Intl.NAME(…)`, `new Intl.NAME(…)` or `Intl.NAME.from(…)`, of what the object and its class have of their own. */
function isUseOf(members: ReadonlyMap<string, ReadonlySet<string>>, { node, above, field }: Place): boolean {
  const statics = members.get(propertyOf(node) ?? '');
  if (statics === undefined || above === null) return false;
  if (isCalled(above, field) || (above.node.type === 'NewExpression' && field === 'callee')) return true;
  return field === 'object' && statics.has(propertyOf(above.node) ?? '') && isCalled(above.above, above.field);
}

/** `Math.NAME(…)`, or a constant of it in a calculation. */
function isReadOfMath({ node, above, field }: Place): boolean {
  const name = propertyOf(node);
  if (name === undefined || !shareOfMath.has(name)) return false;
  return isCalled(above, field) || above?.node.type === 'BinaryExpression';
}
