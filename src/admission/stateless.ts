// Whether a workflow can keep nothing outside its steps, so that its class may be evaluated once for all steps of a cell: each of them
// starts with all of its source as new, and nobody can tell that from a source that was never changed. Whoever gets hold of what steps would
// share (the class, its prototype, a method, a function at the top) could leave something there. So a source is stateless only if all
// that it does with these is to call them, and that is seen in how it is written, never guessed from what it means.
import { globalNames, sharedGlobalNames } from '../realm/globals/index.ts';
import { isPlainName, type Member, nameOf, propertyOf } from './nodes.ts';
import type { AnyNode, Class, Program } from './parse.ts';
import { isFunction, type Place, placesOf } from './places.ts';

/** What steps would share, by name. A private method's begins with `#`. */
interface Shared {
  readonly workflow: Class;
  readonly methods: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

/** What an instance has of Object.prototype: some of it leads to the class, some gives the instance away. */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** What a step's own Math has from the one that all share: not `random`, nor what it inherits. */
const shareOfMath: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Math).filter((name) => name !== 'random'));

/** The source has been checked. */
export function isStateless(program: Program, workflow: Class): boolean {
  const methods = methodsOf(workflow);
  const functions = functionsOf(program, workflow);
  if (methods === null || functions === null) return false;
  for (const place of placesOf(program, workflow)) {
    if (!isHarmless(place, { workflow, methods, functions })) return false;
  }
  return true;
}

/** Null if the class has more than methods and what each instance has for itself. */
function methodsOf({ superClass, id, body }: Class): Set<string> | null {
  if (superClass || (id && id.name !== 'Workflow')) return null;
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

/** Null if there is more at the top than the class, functions, and constants that nothing can be left in. */
function functionsOf(program: Program, workflow: Class): Set<string> | null {
  const functions = new Set<string>();
  for (const statement of program.body) {
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const declaration = isExport ? statement.declaration : statement;
    if (declaration === workflow || declaration?.type === 'EmptyStatement') continue;
    if (declaration?.type === 'ExpressionStatement' && 'directive' in declaration) continue;
    if (declaration?.type === 'FunctionDeclaration' && declaration.id && !declaration.generator) {
      functions.add(declaration.id.name);
    } else if (declaration?.type === 'VariableDeclaration' && declaration.kind === 'const') {
      for (const { id, init } of declaration.declarations) {
        if (id.type !== 'Identifier' || !init) return null;
        if (isNamelessFunction(init)) functions.add(id.name);
        else if (init !== workflow && !isConstant(init)) return null;
      }
    } else return null;
  }
  return functions;
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
    case 'Super':
    case 'MetaProperty':
      return false;
    case 'ThisExpression':
      return field === 'object' && isOwnProperty(above, shared);
    case 'Identifier':
      return isPlainName(above.node, field) || isHarmlessName(node.name, above, field, shared);
    default:
      return true;
  }
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

function isHarmlessName(name: string, above: Place, field: string, { workflow, functions }: Shared): boolean {
  const { node } = above;
  if (name === 'eval') return false;
  if (name === 'Workflow') return field === 'id' && (node === workflow || isWorkflow(node, workflow));
  if (functions.has(name)) return isCalled(above, field) || (field === 'id' && (isFunction(node) || isVariable(node)));
  if (name === 'Math') return field === 'object' && isReadOfMath(above);
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

function isWorkflow(node: AnyNode, workflow: Class): boolean {
  return node.type === 'VariableDeclarator' && node.init === workflow;
}

/** `Math.NAME(…)`, or a constant of it in a calculation. */
function isReadOfMath({ node, above, field }: Place): boolean {
  const name = propertyOf(node);
  if (name === undefined || !shareOfMath.has(name)) return false;
  return isCalled(above, field) || above?.node.type === 'BinaryExpression';
}
