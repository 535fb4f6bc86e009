// Every node of a source with the place that it stands in: below which node, in which function that has a name, and whether what
// stands there may happen more than once for each call of it.
import { eachChild, nameOf } from './nodes.ts';
import type { AnyNode, Class, Program } from './parse.ts';

export interface Place {
  readonly node: AnyNode;
  /** The place right above; null for the program itself. */
  readonly above: Place | null;
  /** The field of the node above. */
  readonly field: string;
  /** The method of class Workflow, or the function at the top of the source, that this belongs to. */
  readonly owner: Owner | null;
  /** Within a loop or a callback. */
  readonly isRepeated: boolean;
}

/** `this.NAME()` calls a method, `NAME()` a function. */
export interface Owner {
  readonly kind: 'method' | 'function';
  readonly name: string;
}

const loops: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);
const functions: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

export function isFunction({ type }: AnyNode): boolean {
  return functions.has(type);
}

/** In source order. With a stack of its own, for a tree may be deep. */
export function* placesOf(program: Program, workflow: Class | null): Generator<Place> {
  const places: Place[] = [{ node: program, above: null, field: '', owner: null, isRepeated: false }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    yield place;
    const above = place;
    const first = places.length;
    eachChild(above.node, (node, field) => places.push(placeBelow(above, field, node, workflow)));
    reverse(places, first);
  }
}

/** The items from this index on. */
function reverse(list: unknown[], from: number): void {
  for (let low = from, high = list.length - 1; low < high; low++, high--) {
    [list[low], list[high]] = [list[high], list[low]];
  }
}

function placeBelow(above: Place, field: string, node: AnyNode, workflow: Class | null): Place {
  const owner = above.owner ?? ownerOf(above, node, workflow);
  const isOwnBody = above.owner === null || isOwnFunction(above);
  const isRepeated = above.isRepeated || loops.has(above.node.type) || (isFunction(node) && !isOwnBody);
  return { node, above, field, owner, isRepeated };
}

/** Whether this is the definition that gives its function a name, and not something within that function. */
function isOwnFunction({ node, above }: Place): boolean {
  return above?.owner === null && !isFunction(node);
}

function ownerOf(above: Place, node: AnyNode, workflow: Class | null): Owner | null {
  if (node.type === 'MethodDefinition' && above.node === workflow?.body) {
    const name = nameOf(node);
    return name === undefined ? null : { kind: 'method', name };
  }
  if (!isTop(above)) return null;
  if (node.type === 'FunctionDeclaration' && node.id) return { kind: 'function', name: node.id.name };
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') return null;
  return node.init && isFunction(node.init) ? { kind: 'function', name: node.id.name } : null;
}

/** At the top of the source, behind an `export` or within a declaration as well. */
function isTop({ node, above }: Place): boolean {
  if (node.type === 'Program') return true;
  return (
    (node.type === 'VariableDeclaration' || node.type === 'ExportNamedDeclaration') && above !== null && isTop(above)
  );
}
