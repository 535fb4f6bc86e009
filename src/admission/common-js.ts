// Finds what a CommonJS module exports where nothing asks first whether there is a `module`: such a source fails in each step.
import type { Fault } from './finding.ts';
import { propertyOf } from './nodes.ts';
import type { AnyNode, Program } from './parse.ts';

/** One at most: the first. `isDeclared`: whether the source has a variable of its own by that name. */
export function commonJsFaults({ body }: Program, isDeclared: (name: string) => boolean): Fault[] {
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement') continue;
    const { expression } = statement;
    for (const part of expression.type === 'SequenceExpression' ? expression.expressions : [expression]) {
      const name = exporting(part);
      if (name !== undefined && !isDeclared(name)) return [fault(name, part.start)];
    }
  }
  return [];
}

/** `module.exports = …`, `exports.NAME = …`, `Object.defineProperty(exports, …)`. */
function exporting(node: AnyNode): string | undefined {
  if (node.type === 'AssignmentExpression') {
    let target: AnyNode = node.left;
    while (target.type === 'MemberExpression') {
      if (propertyOf(target) === 'exports' && isNamed(target.object, 'module')) return 'module';
      target = target.object;
    }
    return target !== node.left && isNamed(target, 'exports') ? 'exports' : undefined;
  }
  if (node.type !== 'CallExpression' || propertyOf(node.callee) !== 'defineProperty') return undefined;
  const [of] = node.arguments;
  return of !== undefined && isNamed(of, 'exports') ? 'exports' : undefined;
}

function isNamed(node: AnyNode, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function fault(name: string, offset: number): Fault {
  const message = `A workflow is a module, and there is no \`${name}\` of CommonJS in it. Write \`export class Workflow\`, or bundle with \`format: "esm"\`.`;
  return { code: 'COMMONJS_NOT_ALLOWED', message, offset };
}
