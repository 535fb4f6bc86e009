// Questions about single nodes of a syntax tree, for whoever walks over it.
import type { AnyNode, CallExpression, Class, MethodDefinition, StaticBlock } from './parse.ts';

export type Member = Class['body']['body'][number];

/**
 * Calls for the nodes right below this one, each with the field that it stands in, in source order. Half of a check is spent here: it makes no
 * lists, and asks only for what a node has itself, which is all that the parser puts there.
 */
export function eachChild(node: AnyNode, visit: (child: AnyNode, field: string) => void): void {
  for (const field in node) {
    const value: unknown = node[field as keyof AnyNode];
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) visit(value, field);
    } else for (const child of value) if (isNode(child)) visit(child, field);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/**
 * Whether the source makes something of its own here that goes by a name of the api's, such as a method of that name or a variable that
 * is something else: then what is called by that name need not be the api.
 */
export function makesItsOwn(node: AnyNode, name: string): boolean {
  switch (node.type) {
    case 'FunctionDeclaration':
      return node.id?.name === name;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return isKey(node, name);
    case 'Property':
      return isKey(node, name) && !isCalled(node.value, name);
    case 'VariableDeclarator':
      return node.id.type === 'Identifier' && node.id.name === name && node.init != null && !isCalled(node.init, name);
    case 'AssignmentExpression':
      return isCalled(node.left, name) && !isCalled(node.right, name);
    default:
      return false;
  }
}

function isKey({ key, computed }: { readonly key: AnyNode; readonly computed: boolean }, name: string): boolean {
  return !computed && key.type === 'Identifier' && key.name === name;
}

/** Whether it goes by the name: what is given to such a name was taken from the api, as by `const { runStore } = api`. */
function isCalled(node: AnyNode, name: string): boolean {
  return node.type === 'Identifier' ? node.name === name : propertyOf(node) === name;
}

/** Whether anything named `scheduleNextStep` is called, whoever it belongs to. */
export function isScheduleCall(call: CallExpression): boolean {
  const { callee } = call;
  if (callee.type === 'Identifier') return callee.name === 'scheduleNextStep';
  return propertyOf(callee) === 'scheduleNextStep';
}

/** The property that a member expression names, where it is written out. */
export function propertyOf(node: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const { property, computed } = node;
  if (!computed) return property.type === 'Identifier' ? property.name : undefined;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

/** The member's name where it is written out; undefined for private and computed names. */
export function nameOf(member: Exclude<Member, StaticBlock>): string | undefined {
  const key = member.key;
  if (key.type === 'Identifier') return member.computed ? undefined : key.name;
  if (key.type === 'TemplateLiteral')
    return key.expressions.length === 0 ? (key.quasis[0]?.value.cooked ?? undefined) : undefined;
  if (key.type !== 'Literal') return undefined;
  const isName = typeof key.value === 'string' || typeof key.value === 'number' || typeof key.value === 'bigint';
  return isName ? String(key.value) : undefined;
}

/** Whether the member is an ordinary method of instances. */
export function isOwnMethod(member: Member): member is MethodDefinition {
  return member.type === 'MethodDefinition' && member.kind === 'method' && !member.static;
}

/** Whether the identifier in this field of its parent names a property or a label and so refers to no variable. */
export function isPlainName(parent: AnyNode, field: string): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return field === 'property' && !parent.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return field === 'key' && !parent.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return field === 'label';
    case 'ExportSpecifier':
      return field === 'exported';
    case 'ImportSpecifier':
      return field === 'imported';
    case 'ExportAllDeclaration':
      return true;
    default:
      return false;
  }
}
