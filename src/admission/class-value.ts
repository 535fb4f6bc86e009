// What class a name at the top of a source stands for, as far as that is written out: through other names, assignments, and functions that are
// called at once, as bundlers and compilers write them.
import type { AnyNode, Class, Program } from './parse.ts';
import { isFunction } from './places.ts';

type Statements = readonly Program['body'][number][];

/** A value, and the statements around it from the inside to the top: its names are looked up there. */
interface Value {
  readonly node: AnyNode;
  readonly around: readonly Statements[];
}

/** So many steps from a name to its class: names may stand for one another in a circle. */
const stepsMost = 100;

export function classNamed(name: string, { body }: Program): Class | undefined {
  let value = valueNamed(name, [body]);
  for (let steps = 0; value !== undefined && steps < stepsMost; steps++) {
    const { node } = value;
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return node as Class; // Only a default export has none.
    value = behind(value);
  }
  return undefined;
}

/** What gives a value its value. */
function behind({ node, around }: Value): Value | undefined {
  switch (node.type) {
    case 'Identifier':
      return valueNamed(node.name, around);
    case 'AssignmentExpression':
      return node.operator === '=' ? { node: node.right, around } : undefined;
    case 'SequenceExpression':
      return lastOf(node.expressions, around);
    case 'CallExpression': {
      const [first, second] = node.arguments;
      if (isFunction(node.callee)) return returned(node.callee, around);
      // `__name(class { … }, 'Workflow')`: gives a class its name.
      return first?.type === 'ClassExpression' && second?.type === 'Literal' ? { node: first, around } : undefined;
    }
    default:
      return undefined;
  }
}

function lastOf(nodes: readonly AnyNode[], around: readonly Statements[]): Value | undefined {
  const node = nodes.at(-1);
  return node && { node, around };
}

/** What a function returns that is called at once. */
function returned(callee: AnyNode, around: readonly Statements[]): Value | undefined {
  if (callee.type !== 'ArrowFunctionExpression' && callee.type !== 'FunctionExpression') return undefined;
  if (callee.async || callee.generator) return undefined;
  const { body } = callee;
  if (body.type !== 'BlockStatement') return { node: body, around };
  const last = body.body.at(-1);
  if (last?.type !== 'ReturnStatement' || !last.argument) return undefined;
  return { node: last.argument, around: [body.body, ...around] };
}

/** What the name is declared as, from the inside; or else what it is first given, if it is declared without a value. */
function valueNamed(name: string, around: readonly Statements[]): Value | undefined {
  for (const [at, statements] of around.entries()) {
    const outside = around.slice(at);
    for (const statement of statements) {
      const node = declaredIn(statement, name);
      if (node !== undefined) return { node, around: outside };
    }
    for (const statement of statements) {
      const node = givenIn(statement, name);
      if (node !== undefined) return { node, around: outside };
    }
  }
  return undefined;
}

function declaredIn(statement: AnyNode, name: string): AnyNode | undefined {
  const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
  const node = isExport ? statement.declaration : statement;
  if (node?.type === 'ClassDeclaration' || node?.type === 'FunctionDeclaration') {
    return node.id?.name === name ? node : undefined;
  }
  if (node?.type !== 'VariableDeclaration') return undefined;
  return node.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name)?.init ?? undefined;
}

/** `NAME = value`, as a statement, as a part of one, or on the way to another variable's value: `var e, t = (e = class { … }, e)`. */
function givenIn(statement: AnyNode, name: string): AnyNode | undefined {
  const parts: (AnyNode | null | undefined)[] = [];
  if (statement.type === 'ExpressionStatement') parts.push(statement.expression);
  if (statement.type === 'VariableDeclaration') parts.push(...statement.declarations.map(({ init }) => init));
  for (const part of parts) {
    const pieces = part?.type === 'SequenceExpression' ? part.expressions : [part];
    for (const piece of pieces) {
      if (piece?.type !== 'AssignmentExpression' || piece.operator !== '=') continue;
      if (piece.left.type === 'Identifier' && piece.left.name === name) return piece.right;
    }
  }
  return undefined;
}
