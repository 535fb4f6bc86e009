// What a call in a source may run, as far as that is written out: functions and classes by their names, methods of `this`, and whatever else in the
// source is a method by the name that is called.
import { type Bodies, type Body, builtInNames, isDriven } from './evaluation.ts';
import { nameOf, propertyOf } from './nodes.ts';
import type { AnyNode, CallExpression, Class } from './parse.ts';
import { isFunction, type Place } from './places.ts';
import type { Names } from './scopes.ts';

/** So far a name is followed. */
const hopsMost = 20;
/** A name that more methods have says nothing. */
const namesakesMost = 16;

export class Callees {
  readonly #names: Names;
  readonly #bodies: Bodies;
  /** Functions by the property that they are given to. */
  readonly #methods: Map<string, AnyNode[]> = new Map();
  readonly #members: Map<Class, ReadonlyMap<string, AnyNode>> = new Map();

  constructor(places: Iterable<Place>, names: Names, bodies: Bodies) {
    this.#names = names;
    this.#bodies = bodies;
    for (const place of places) this.#note(place);
  }

  /** The bodies that a call may evaluate. */
  of(call: AnyNode, body: Body): Body[] {
    if (call.type === 'NewExpression') return [...this.#made(call.callee), ...this.#executed(call)];
    if (call.type !== 'CallExpression') return [];
    const driven = call.arguments.at(-1);
    if (driven !== undefined && isFunction(driven) && isDriven(driven, call)) return this.#bodyOf(driven);
    if (call.callee.type === 'Super') return body.thisClass?.superClass ? this.#made(body.thisClass.superClass) : [];
    if (isOfMath(call.callee)) return [];
    const called = this.#functionOf(call.callee, body.thisClass);
    const module = moduleCalled(call);
    const modules = module === undefined ? [] : this.#bodiesNamed(module);
    if (called !== null) return [...this.#bodyOf(called), ...modules];
    return modules.length > 0 ? modules : this.#bodiesNamed(propertyOf(call.callee) ?? '');
  }

  #bodiesNamed(name: string): Body[] {
    const namesakes = this.#namesakes(name);
    return namesakes.flatMap((namesake) => this.#bodyOf(this.#functionOf(namesake, null)));
  }

  #bodyOf(node: AnyNode | null): Body[] {
    const body = node && this.#bodies.of.get(node);
    return body ? [body] : [];
  }

  /** Of a class: its fields, its constructor, and the same of the class that it extends. Of a function: itself. */
  #made(callee: AnyNode): Body[] {
    const made: Body[] = [];
    let maker = this.#functionOf(callee, null);
    for (
      let hops = 0;
      hops < hopsMost && (maker?.type === 'ClassDeclaration' || maker?.type === 'ClassExpression');
      hops++
    ) {
      const written = this.#membersOf(maker as Class).get('constructor');
      made.push(...this.#bodyOf(maker));
      if (written !== undefined) return [...made, ...this.#bodyOf(written)];
      maker = maker.superClass ? this.#functionOf(maker.superClass, null) : null;
    }
    return [...made, ...this.#bodyOf(maker)];
  }

  /** `new Promise((resolve) => { … })` calls what it is given. */
  #executed({
    callee,
    arguments: [executor],
  }: {
    readonly callee: AnyNode;
    readonly arguments: readonly AnyNode[];
  }): Body[] {
    const isPromise = callee.type === 'Identifier' && callee.name === 'Promise' && !this.#names.bindingOf.has(callee);
    return isPromise && executor ? this.#bodyOf(executor) : [];
  }

  /** The function or class that an expression is; null if that is not certain. */
  #functionOf(node: AnyNode, thisClass: Class | null, hops = 0): AnyNode | null {
    if (hops > hopsMost) return null;
    if (isFunction(node) || node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return node;
    switch (node.type) {
      case 'Identifier':
        return this.#namedBy(node, hops);
      case 'SequenceExpression':
        return this.#functionOf(
          node.expressions.at(-1) ?? node,
          thisClass,
          node.expressions.length > 0 ? hops + 1 : hopsMost + 1,
        );
      case 'CallExpression':
        return this.#wrapped(node.callee, node.arguments[0], hops);
      case 'MemberExpression':
        return this.#methodOf(node, thisClass, hops);
      default:
        return null;
    }
  }

  #namedBy(node: AnyNode, hops: number): AnyNode | null {
    const binding = this.#names.bindingOf.get(node);
    const [place, ...more] = binding?.declared ?? [];
    if (binding === undefined || place === undefined || more.length > 0) return null;
    const declaring = place.above?.node;
    if (declaring?.type === 'FunctionDeclaration' || declaring?.type === 'ClassDeclaration') {
      return place.field === 'id' ? declaring : null;
    }
    if (declaring?.type === 'ClassExpression' && place.field === 'id') return declaring;
    if (declaring?.type !== 'VariableDeclarator' || place.field !== 'id' || !declaring.init) return null;
    return this.#functionOf(declaring.init, null, hops + 1);
  }

  /** Bundlers write `var require_x = wrap((exports, module) => { … })`: to call what comes of it is to call what was given, the first time. */
  #wrapped(wrap: AnyNode, given: AnyNode | undefined, hops: number): AnyNode | null {
    const wrapper = this.#functionOf(wrap, null, hops + 1);
    if (wrapper === null || given === undefined || !returnsFunction(wrapper)) return null;
    if (isFunction(given)) return given;
    const only = given.type === 'ObjectExpression' && given.properties.length === 1 ? given.properties[0] : undefined;
    return only?.type === 'Property' && isFunction(only.value) ? only.value : null;
  }

  #methodOf(node: AnyNode, thisClass: Class | null, hops: number): AnyNode | null {
    if (node.type !== 'MemberExpression') return null;
    const name = node.property.type === 'PrivateIdentifier' ? `#${node.property.name}` : propertyOf(node);
    if (name === undefined) return null;
    if (name === 'call' || name === 'apply') return this.#functionOf(node.object, null, hops + 1);
    const made = this.#classMade(node.object, hops);
    const ofMade = made === null ? null : (this.#membersOf(made).get(name) ?? null);
    if (ofMade !== null) return ofMade;
    if (node.object.type === 'ThisExpression' && thisClass !== null)
      return this.#membersOf(thisClass).get(name) ?? this.#byName(name, hops);
    return this.#byName(name, hops);
  }

  #byName(name: string, hops: number): AnyNode | null {
    const [only, ...others] = this.#namesakes(name);
    return only === undefined || others.length > 0 ? null : this.#functionOf(only, null, hops + 1);
  }

  /** The methods and the constructor of a class, by name. */
  #membersOf(of: Class): ReadonlyMap<string, AnyNode> {
    const known = this.#members.get(of);
    if (known !== undefined) return known;
    const members = new Map<string, AnyNode>();
    for (const member of of.body.body) {
      if (member.type !== 'MethodDefinition' || member.static || member.kind === 'get' || member.kind === 'set')
        continue;
      const name = memberName(member);
      if (name !== undefined) members.set(name, member.value);
    }
    this.#members.set(of, members);
    return members;
  }

  /** The class of `new Name()`, also through a variable. */
  #classMade(object: AnyNode, hops: number): Class | null {
    const declaring = this.#names.bindingOf.get(object)?.declared[0]?.above?.node;
    const value =
      declaring?.type === 'VariableDeclarator' && declaring.id.type === 'Identifier' ? declaring.init : object;
    if (value?.type !== 'NewExpression') return null;
    const made = this.#functionOf(value.callee, null, hops + 1);
    return made?.type === 'ClassDeclaration' || made?.type === 'ClassExpression' ? (made as Class) : null;
  }

  #namesakes(name: string): readonly AnyNode[] {
    const found = builtInNames.has(name) ? [] : (this.#methods.get(name) ?? []);
    return found.length > namesakesMost ? [] : found;
  }

  #note(place: Place): void {
    const [name, value] = definedBy(place);
    if (name === undefined || value === undefined || value.type === 'Literal') return;
    const list = this.#methods.get(name);
    if (list === undefined) this.#methods.set(name, [value]);
    else if (list.length <= namesakesMost) list.push(value);
  }
}

/** A property and the function, or the name of one, that it is given. */
function definedBy({ node, above }: Place): [name?: string | undefined, value?: AnyNode | undefined] {
  switch (node.type) {
    case 'MethodDefinition':
      return node.kind === 'method' ? [memberName(node), node.value] : [];
    case 'PropertyDefinition':
      return [memberName(node), node.value ?? undefined];
    case 'Property':
      return node.computed || above?.node.type === 'ObjectPattern'
        ? []
        : [node.key.type === 'Identifier' ? node.key.name : moduleName(node.key), node.value];
    case 'AssignmentExpression':
      return node.operator === '=' ? [propertyOf(node.left), node.right] : [];
    default:
      return [];
  }
}

/** In a bundle that is bundled once more, modules are functions by a number or a path, and `load(3738)` calls one. */
function moduleName(key: AnyNode): string | undefined {
  if (key.type !== 'Literal') return undefined;
  const { value } = key;
  const isModule = typeof value === 'number' || (typeof value === 'string' && /\/|^\d+$/.test(value));
  return isModule ? `module ${value}` : undefined;
}

function moduleCalled({ callee, arguments: [given] }: CallExpression): string | undefined {
  return callee.type === 'Identifier' && given ? moduleName(given) : undefined;
}

/** Its functions have names that others have too: `sign`, `max`. */
function isOfMath(callee: AnyNode): boolean {
  return callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Math';
}

function memberName(member: Class['body']['body'][number]): string | undefined {
  if (member.type === 'StaticBlock') return undefined;
  return member.key.type === 'PrivateIdentifier' ? `#${member.key.name}` : nameOf(member);
}

function returnsFunction(node: AnyNode): boolean {
  if (!isFunction(node) || !('body' in node)) return false;
  const { body } = node as { readonly body: AnyNode };
  if (isFunction(body)) return true;
  const last = body.type === 'BlockStatement' ? body.body.at(-1) : undefined;
  return last?.type === 'ReturnStatement' && last.argument != null && isFunction(last.argument);
}
