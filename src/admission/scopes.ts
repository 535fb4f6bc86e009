// Which references of a source no declaration of it reaches. Scopes are found first, then walked once with a count for each name:
// to climb from each reference would take time that grows with the depth of a hostile source.
import { isPlainName } from './nodes.ts';
import type { AnyNode } from './parse.ts';
import { isFunction, type Place } from './places.ts';

export interface FreeReference {
  readonly name: string;
  readonly place: Place;
}

class Scope {
  readonly names: Set<string> = new Set();
  readonly references: FreeReference[] = [];
  readonly inner: Scope[] = [];
  /** Where a `var` in this scope declares its name. */
  readonly ofFunction: Scope;

  constructor(ofFunction: Scope | null) {
    this.ofFunction = ofFunction ?? this;
  }
}

const blocks: ReadonlySet<string> = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
  'ClassDeclaration',
  'ClassExpression',
]);

/** References to names that the source does not declare, in source order. `places`: all of the source, each behind the one above it. */
export function freeReferences(places: Iterable<Place>): FreeReference[] {
  const top = new Scope(null);
  /** For each place, the scope of what stands below it. */
  const scopes = new Map<Place, Scope>();
  for (const place of places) {
    const { node, above } = place;
    const scope = (above && scopes.get(above)) ?? top;
    scopes.set(place, scopeBelow(node, scope));
    if (node.type !== 'Identifier') continue;
    const binding = bindingOf(place);
    if (binding === null) {
      if (isReference(place)) scope.references.push({ name: node.name, place });
    } else {
      const { above: outside } = binding.declaring;
      const around = (outside && scopes.get(outside)) ?? top;
      const declares = binding.to === 'here' ? scope : binding.to === 'around' ? around : scope.ofFunction;
      declares.names.add(node.name);
    }
  }
  return freeIn(top);
}

function scopeBelow(node: AnyNode, scope: Scope): Scope {
  const isOfFunction = isFunction(node) || node.type === 'StaticBlock';
  if (!isOfFunction && !blocks.has(node.type)) return scope;
  const inner = new Scope(isOfFunction ? null : scope.ofFunction);
  scope.inner.push(inner);
  return inner;
}

/** Names are counted on the way down into a scope, and uncounted on the way out. */
function freeIn(top: Scope): FreeReference[] {
  const free: FreeReference[] = [];
  const declared = new Map<string, number>();
  const visits: { readonly scope: Scope; readonly isLeft: boolean }[] = [{ scope: top, isLeft: false }];
  for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
    const { scope, isLeft } = visit;
    for (const name of scope.names) declared.set(name, (declared.get(name) ?? 0) + (isLeft ? -1 : 1));
    if (isLeft) continue;
    for (const reference of scope.references) if (!declared.get(reference.name)) free.push(reference);
    visits.push({ scope, isLeft: true });
    for (const inner of scope.inner) visits.push({ scope: inner, isLeft: false });
  }
  return free.sort((a, b) => a.place.node.start - b.place.node.start);
}

/** Whether the identifier refers to a variable, and is not the name of a property, a label, or a part of `new.target`. */
function isReference({ above, field }: Place): boolean {
  if (above === null || isPlainName(above.node, field)) return false;
  return above.node.type !== 'MetaProperty';
}

interface Binding {
  /** The declaration that the identifier is named in. */
  readonly declaring: Place;
  /** In which scope: the one that the identifier stands in, the one around the declaration, or that of the whole function. */
  readonly to: 'here' | 'around' | 'function';
}

/** What this identifier gives its name to: a variable, a parameter, a function, a class or an import. Null if it does not. */
function bindingOf(place: Place): Binding | null {
  for (let { above, field } = place; above !== null; { above, field } = above) {
    const { node } = above;
    switch (node.type) {
      case 'VariableDeclarator': {
        const list = above.above?.node;
        const isVar = list?.type === 'VariableDeclaration' && list.kind === 'var';
        return field === 'id' ? { declaring: above, to: isVar ? 'function' : 'here' } : null;
      }
      case 'FunctionDeclaration':
        if (field === 'params') return { declaring: above, to: 'here' };
        return field === 'id' ? { declaring: above, to: 'around' } : null;
      case 'ClassDeclaration':
        return field === 'id' ? { declaring: above, to: 'around' } : null;
      case 'ClassExpression':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return field === 'id' || field === 'params' ? { declaring: above, to: 'here' } : null;
      case 'CatchClause':
        return field === 'param' ? { declaring: above, to: 'here' } : null;
      case 'ImportSpecifier':
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
        return field === 'local' ? { declaring: above, to: 'here' } : null;
      default:
        if (!isPatternOf(node, field)) return null;
    }
  }
  return null;
}

/** Whether what stands in this field of a pattern is given a name by it: keys and defaults are not. */
function isPatternOf(node: AnyNode, field: string): boolean {
  switch (node.type) {
    case 'ObjectPattern':
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    case 'AssignmentPattern':
      return field === 'left';
    case 'Property':
      return field === 'value';
    default:
      return false;
  }
}
