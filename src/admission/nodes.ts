// Questions about single nodes of a syntax tree, for whoever walks over it.
import type { AnyNode, CallExpression } from './parse.ts';

/** The nodes right below this one, each with the field that it stands in, in source order. */
export function childrenOf(node: AnyNode): [field: string, child: AnyNode][] {
  const children: [string, AnyNode][] = [];
  for (const [field, value] of Object.entries(node)) {
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) children.push([field, child]);
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
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
