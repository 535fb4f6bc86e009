// What each name in a source refers to: which of its declarations, or none. Scopes are found first, then walked once with what is declared:
// to climb from each reference would take time that grows with the depth of a hostile source.
import { isPlainName } from './nodes.ts';
import type { AnyNode } from './parse.ts';
import { isFunction, type Place } from './places.ts';

export interface Binding {
  readonly name: string;
  /** The identifiers that declare it: more than one for a `var`. */
  readonly declared: Place[];
  /** Identifiers that refer to it, in no order. */
  readonly references: Place[];
}

export interface FreeReference {
  readonly name: string;
  readonly place: Place;
}

export interface Names {
  readonly bindings: readonly Binding[];
  /** By the identifier that declares it or refers to it. */
  readonly bindingOf: ReadonlyMap<AnyNode, Binding>;
  /** References to names that the source does not declare, in source order. */
  readonly free: readonly FreeReference[];
}

class Scope {
  readonly bindings: Map<string, Binding> = new Map();
  readonly references: FreeReference[] = [];
  readonly inner: Scope[] = [];
  /** Where a `var` in this scope declares its name. */
  readonly ofFunction: Scope;

  constructor(ofFunction: Scope | null) {
    this.ofFunction = ofFunction ?? this;
  }

  declare(name: string, place: Place): void {
    const binding = this.bindings.get(name);
    if (binding === undefined) this.bindings.set(name, { name, declared: [place], references: [] });
    else binding.declared.push(place);
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

/** `places`: all of the source, each behind the one above it. */
export function resolveNames(places: Iterable<Place>): Names {
  const top = new Scope(null);
  /** For each place, the scope of what stands below it. */
  const scopes = new Map<Place, Scope>();
  for (const place of places) {
    const { node, above } = place;
    const scope = (above && scopes.get(above)) ?? top;
    scopes.set(place, scopeBelow(node, scope));
    if (node.type !== 'Identifier') continue;
    const naming = namingOf(place);
    if (naming === null) {
      if (isReference(place)) scope.references.push({ name: node.name, place });
    } else {
      const { above: outside } = naming.declaring;
      const around = (outside && scopes.get(outside)) ?? top;
      const declares = naming.to === 'here' ? scope : naming.to === 'around' ? around : scope.ofFunction;
      declares.declare(node.name, place);
    }
  }
  return resolved(top);
}

function scopeBelow(node: AnyNode, scope: Scope): Scope {
  const isOfFunction = isFunction(node) || node.type === 'StaticBlock';
  if (!isOfFunction && !blocks.has(node.type)) return scope;
  const inner = new Scope(isOfFunction ? null : scope.ofFunction);
  scope.inner.push(inner);
  return inner;
}

/** What a name stands for is looked up among those that are open: pushed on the way into a scope, and taken away on the way out. */
function resolved(top: Scope): Names {
  const free: FreeReference[] = [];
  const bindings: Binding[] = [];
  const bindingOf = new Map<AnyNode, Binding>();
  const open = new Map<string, Binding[]>();
  const visits: { readonly scope: Scope; readonly isLeft: boolean }[] = [{ scope: top, isLeft: false }];
  for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
    const { scope, isLeft } = visit;
    for (const [name, binding] of scope.bindings) {
      const list = open.get(name) ?? [];
      if (isLeft) list.pop();
      else open.set(name, list).get(name)?.push(binding);
    }
    if (isLeft) continue;
    for (const binding of scope.bindings.values()) {
      bindings.push(binding);
      for (const { node } of binding.declared) bindingOf.set(node, binding);
    }
    for (const reference of scope.references) {
      const binding = open.get(reference.name)?.at(-1);
      if (binding === undefined) free.push(reference);
      else {
        binding.references.push(reference.place);
        bindingOf.set(reference.place.node, binding);
      }
    }
    visits.push({ scope, isLeft: true });
    for (const inner of scope.inner) visits.push({ scope: inner, isLeft: false });
  }
  return { bindings, bindingOf, free: free.sort((a, b) => a.place.node.start - b.place.node.start) };
}

/** Whether the identifier refers to a variable, and is not the name of a property, a label, or a part of `new.target`. */
function isReference({ above, field }: Place): boolean {
  if (above === null || isPlainName(above.node, field)) return false;
  return above.node.type !== 'MetaProperty';
}

interface Naming {
  /** The declaration that the identifier is named in. */
  readonly declaring: Place;
  /** In which scope: the one that the identifier stands in, the one around the declaration, or that of the whole function. */
  readonly to: 'here' | 'around' | 'function';
}

/** What this identifier gives its name to: a variable, a parameter, a function, a class or an import. Null if it does not. */
function namingOf(place: Place): Naming | null {
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
