// Finds the class that a source exports as its workflow. What is exported counts, not what happens to have the name: a bundler that meets
// two classes of one name renames the author's.
import { classNamed } from './class-value.ts';
import { isOwnMethod, nameOf } from './nodes.ts';
import type { AnyNode, Class, Program } from './parse.ts';

export interface FoundClass {
  readonly declaration: Class;
  /** The variable at the top of the source that holds the class. Null: it is a default export without a name. */
  readonly variable: string | null;
}

/**
 * What is exported as `Workflow`; or else the default export, if it is a class, or what is called `Workflow`: of these two
 * the one that has a `start`, if only one has.
 */
export function findExportedClass(program: Program): FoundClass | undefined {
  const exported = exportsOf(program);
  const workflow = exported.get('Workflow');
  if (workflow !== undefined) return heldBy(workflow, program);
  const byDefault = exported.get('default');
  const first = byDefault === undefined ? namelessDefault(program) : heldBy(byDefault, program);
  const found = [first, heldBy('Workflow', program)].filter((one) => one !== undefined);
  return found.find(({ declaration }) => hasStart(declaration)) ?? found[0];
}

/** Whether it has one of its own. */
export function hasStart({ body }: Class): boolean {
  return body.body.some((member) => isOwnMethod(member) && nameOf(member) === 'start');
}

function heldBy(variable: string, program: Program): FoundClass | undefined {
  const declaration = classNamed(variable, program);
  return declaration && { declaration, variable };
}

/** The names of what is exported, each with the variable that holds it. */
function exportsOf({ body }: Program): Map<string, string> {
  const exported = new Map<string, string>();
  for (const node of body) {
    if (node.type === 'ExportDefaultDeclaration') {
      const name = node.declaration.type === 'Identifier' ? node.declaration.name : namesOf(node.declaration)[0];
      if (name !== undefined) exported.set('default', name);
    }
    if (node.type !== 'ExportNamedDeclaration' || node.source) continue;
    for (const name of namesOf(node.declaration)) exported.set(name, name);
    for (const { local, exported: to } of node.specifiers) {
      if (local.type === 'Identifier') exported.set(to.type === 'Identifier' ? to.name : String(to.value), local.name);
    }
  }
  return exported;
}

/** What a declaration gives a name to: destructuring left out. */
export function namesOf(declaration: AnyNode | null | undefined): string[] {
  if (declaration?.type === 'ClassDeclaration' || declaration?.type === 'FunctionDeclaration') {
    return declaration.id ? [declaration.id.name] : [];
  }
  if (declaration?.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
}

function namelessDefault({ body }: Program): FoundClass | undefined {
  for (const node of body) {
    const declaration = node.type === 'ExportDefaultDeclaration' ? node.declaration : null;
    if (declaration?.type === 'ClassDeclaration' && !declaration.id) return { declaration, variable: null };
  }
  return undefined;
}

export function isDeclaredAtTop({ body }: Program, name: string): boolean {
  return body.some((node) => namesOf('declaration' in node ? node.declaration : node).includes(name));
}
