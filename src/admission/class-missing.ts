// Why a source has no class Workflow, in the words of what it has instead.
import { classNamed } from './class-value.ts';
import { hasStart, namesOf } from './exported-class.ts';
import { type Fault, quoted } from './finding.ts';
import type { AnyNode, Program } from './parse.ts';
import { isFunction } from './places.ts';

export function classMissing(program: Program): Fault {
  const message = `Expected \`class Workflow\` at the top level of the source. ${hintOf(program)}`;
  return { code: 'CLASS_MISSING', message, offset: 0 };
}

function hintOf(program: Program): string {
  const statements = program.body.filter((node) => node.type !== 'EmptyStatement' && !('directive' in node));
  const names = statements.flatMap((node) => namesOf('declaration' in node ? node.declaration : node));
  const meant = names.find((name) => {
    const declaration = classNamed(name, program);
    return declaration !== undefined && hasStart(declaration);
  });
  if (meant !== undefined)
    return `${quoted(meant)} has a \`start\`: rename it to \`Workflow\`, or export it by that name.`;
  if (statements.some((node) => node.type === 'FunctionDeclaration' && node.id?.name === 'Workflow')) {
    return '`Workflow` is a function here. Compile for ES2015 or later, which has classes.';
  }
  if (statements.length > 0 && statements.every(isCalledAtOnce)) {
    return 'The source is a function that is called at once, and nobody outside sees its classes. Bundle with `format: "esm"`.';
  }
  return 'Write `class Workflow { async start(data, headers, api) { … } }`.';
}

/** A bundle in the format `iife` or `umd`: `(() => { … })()` or `var name = (() => { … })()`. */
function isCalledAtOnce(statement: AnyNode): boolean {
  if (statement.type === 'VariableDeclaration') return statement.declarations.every(({ init }) => isCall(init));
  return statement.type === 'ExpressionStatement' && isCall(statement.expression);
}

function isCall(node: AnyNode | null | undefined): boolean {
  if (node?.type === 'UnaryExpression') return isCall(node.argument);
  if (node?.type !== 'CallExpression') return false;
  const { callee } = node;
  return isFunction(callee.type === 'MemberExpression' ? callee.object : callee);
}
