// A step with a context of its own may change every built-in there. So the functions of the realm look none up: this reads their source for
// what would. What it cannot see is found by changing all of them (`test/sandbox/changed-builtins.test.ts`).
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { type AnyNode, parse } from 'acorn';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

/** What is loaded into a context that a step has for itself, and into the one beside it. A realm that steps share is frozen. */
const entries = ['realm/open-entry.ts', 'realm/region-entry.ts', 'realm/check-entry.ts'];

/** Of those, what runs before there is a step, or only where all is frozen. */
const before: readonly string[] = [
  'realm/globals/copies.ts',
  'realm/globals/function.ts',
  'realm/globals/global-this.ts',
  'realm/globals/index.ts',
  'realm/open-entry.ts',
  'realm/tame.ts',
];

/** What looks like it, and is what the step asks for. */
const meant: ReadonlySet<string> = new Set([
  'realm/globals/clone-buffers.ts goes through an iterator', // Of the list that the step gives.
]);

const paths = [...reachedFrom(entries)].filter((path) => !before.includes(path));

function reachedFrom(starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set(starts);
  for (const path of reached) {
    for (const [, specifier = ''] of codeOf(path).matchAll(/ from '(\.[^']+)';/g)) {
      reached.add(relative(source, resolve(source, dirname(path), specifier)));
    }
  }
  return reached;
}

/** Without its types, and what is imported for them alone. */
function codeOf(path: string): string {
  return stripTypeScriptTypes(readFileSync(join(source, path), 'utf8'));
}

const classes = [
  ...[
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    Symbol,
    BigInt,
    RegExp,
    Date,
    Promise,
    Map,
    Set,
    WeakMap,
    WeakSet,
  ],
  ...[ArrayBuffer, DataView, Object.getPrototypeOf(Uint8Array), Error, Iterator],
];

/** What a value has by its prototype, whatever its kind. */
const methodNames: ReadonlySet<string> = new Set(
  [
    ...classes.map(({ prototype }) => prototype),
    ...[[].values(), new Map().keys(), (function* () {})()].map((iterator) => Object.getPrototypeOf(iterator)),
  ].flatMap((prototype) => Object.getOwnPropertyNames(prototype)),
);

/** Cannot be changed. */
const fixedGlobals: readonly string[] = ['undefined', 'NaN', 'Infinity', 'arguments'];

function violationsIn(path: string, code: string): readonly string[] {
  const found: string[] = [];
  const declared = new Set<string>();
  const references: { readonly name: string; readonly line: number }[] = [];
  const say = (node: AnyNode, what: string): void => {
    if (!meant.has(`${path} ${what}`)) found.push(`${path}:${code.slice(0, node.start).split('\n').length} ${what}`);
  };

  function visit(node: AnyNode, isInFunction: boolean, parent: AnyNode | null): void {
    const { type } = node;
    if (type === 'Identifier' && isReference(node, parent)) {
      if (isInFunction) references.push({ name: node.name, line: code.slice(0, node.start).split('\n').length });
    }
    if (isInFunction) rule(node, parent);
    // What a call of the module itself is given, such as that of a `map`, runs while all is untouched.
    const runsAtOnce = parent?.type === 'CallExpression' && !isInFunction;
    const isFunction = (/Function/.test(type) && !runsAtOnce) || type === 'PropertyDefinition';
    for (const [key, child] of childrenOf(node)) visit(child, isInFunction || (isFunction && key !== 'key'), node);
  }

  function rule(node: AnyNode, parent: AnyNode | null): void {
    if (node.type === 'ForOfStatement') say(node, 'goes through an iterator');
    if (node.type === 'YieldExpression' || (node.type === 'Literal' && 'regex' in node))
      say(node, `has a ${node.type}`);
    if (node.type === 'ArrayPattern') say(node, 'takes a list apart through its iterator');
    if (node.type === 'SpreadElement' && parent?.type !== 'ObjectExpression') say(node, 'spreads through an iterator');
    if (node.type === 'BinaryExpression' && node.operator === 'instanceof') say(node, 'asks with instanceof');
    if (node.type === 'AwaitExpression' && !isSafeAwait(node.argument))
      say(node, 'awaits what may be a promise of the realm');
    if (node.type !== 'CallExpression') return;
    const { callee } = node;
    if (callee.type === 'Identifier' && callee.name === 'defineProperty' && !hasBareDescriptor(node.arguments[2])) {
      say(node, 'gives defineProperty a descriptor that may inherit');
    }
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier' || callee.computed) return;
    if (callee.object.type !== 'ThisExpression' && methodNames.has(callee.property.name))
      say(node, `calls .${callee.property.name}()`);
  }

  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), false, null);
  collectDeclared(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), declared);
  for (const { name, line } of references) {
    if (!declared.has(name) && !fixedGlobals.includes(name)) found.push(`${path}:${line} names the global ${name}`);
  }
  return found;
}

function* childrenOf(node: AnyNode): Generator<readonly [string, AnyNode]> {
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') yield [key, child as AnyNode];
    }
  }
}

/** Not the name of a property, nor of what is declared there. */
function isReference(node: AnyNode, parent: AnyNode | null): boolean {
  if (parent === null) return false;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
  if (parent.type === 'Property' || parent.type === 'PropertyDefinition' || parent.type === 'MethodDefinition') {
    return parent.value === node || parent.computed;
  }
  return !['LabeledStatement', 'BreakStatement', 'ContinueStatement', 'MetaProperty', 'ImportSpecifier'].includes(
    parent.type,
  );
}

/** All names that the file declares anywhere. */
function collectDeclared(node: AnyNode, into: Set<string>): void {
  const patterns: unknown[] = [];
  if (node.type === 'VariableDeclarator') patterns.push(node.id);
  if (/Function/.test(node.type) && 'params' in node) patterns.push(...node.params, 'id' in node ? node.id : null);
  if (node.type === 'ClassDeclaration') patterns.push(node.id);
  if (node.type === 'CatchClause') patterns.push(node.param);
  if (/^Import\w*Specifier$/.test(node.type) && 'local' in node) patterns.push(node.local);
  for (const pattern of patterns) namesIn(pattern as AnyNode | null, into);
  for (const [, child] of childrenOf(node)) collectDeclared(child, into);
}

function namesIn(pattern: AnyNode | null, into: Set<string>): void {
  if (pattern === null) return;
  if (pattern.type === 'Identifier') into.add(pattern.name);
  else if (pattern.type === 'AssignmentPattern') namesIn(pattern.left, into);
  else if (pattern.type === 'RestElement') namesIn(pattern.argument, into);
  else if (pattern.type === 'ArrayPattern') for (const element of pattern.elements) namesIn(element, into);
  else if (pattern.type === 'ObjectPattern') {
    for (const property of pattern.properties) namesIn(property.type === 'Property' ? property.value : property, into);
  }
}

/** Nothing, or what the step itself has returned: to await that is to do what the step asks for. */
function isSafeAwait(node: AnyNode): boolean {
  if (node.type === 'Identifier') return node.name === 'undefined';
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'call';
}

function hasBareDescriptor(node: AnyNode | undefined): boolean {
  if (node?.type === 'CallExpression' && node.callee.type === 'Identifier') return node.callee.name === 'hidden';
  if (node?.type !== 'ObjectExpression') return true; // Made elsewhere: the engine's own, or one that is looked at there.
  const [first] = node.properties;
  return first?.type === 'Property' && first.key.type === 'Identifier' && first.key.name === '__proto__';
}

describe('the functions of the realm', () => {
  it('are found', () => {
    expect(paths).toEqual(expect.arrayContaining(['realm/step.ts', 'realm/globals/clone.ts', 'protocol/duration.ts']));
    expect(paths.length).toBeGreaterThan(25);
  });

  it.each(paths)('look up no built-in: %s', (path) => {
    expect(violationsIn(path, codeOf(path))).toEqual([]);
  });

  it.each([
    ['list.push(1)', 'calls .push()'],
    ['text.slice(1)', 'calls .slice()'],
    ['map.get(1)', 'calls .get()'],
    ['Math.max(1)', 'names the global Math'],
    ['return new Error()', 'names the global Error'],
    ['for (const x of list) ;', 'goes through an iterator'],
    ['const [y] = list', 'takes a list apart through its iterator'],
    ['f(...list)', 'spreads through an iterator'],
    ['return [...list]', 'spreads through an iterator'],
    ['return x instanceof C', 'asks with instanceof'],
    ['return /x/', 'has a Literal'],
    ['defineProperty(o, k, { value: 1 })', 'gives defineProperty a descriptor that may inherit'],
  ])('would be told: %s', (body, what) => {
    const names = 'list, text, map, f, x, C, o, k, defineProperty';
    expect(violationsIn('a.ts', `export function g(${names}) {\n${body};\n}`)).toEqual([`a.ts:2 ${what}`]);
  });

  it.each(['list[1] = 2', 'return undefined', '({ ...list })', 'text.length', 'o.own(1)', 'this.push(1)'])(
    'may do this: %s',
    (body) => {
      expect(violationsIn('a.ts', `export function g(list, text, o) {\n${body};\n}`)).toEqual([]);
    },
  );
});
