// Workflows made at random that try to get hold of what steps might share, leave a mark there, and say what they found. They keep to the shape that
// can be shared at all (a class, functions, constants at the top), so that what they do in their bodies is all that counts.
import type { Random } from '../random.ts';

/** Expressions for something that a step might share with others. */
const holders: readonly string[] = [
  'this',
  'this.constructor',
  'this.__proto__',
  "this['constructor'].prototype",
  "this.__proto__['\\ud800']",
  'Object.getPrototypeOf(this)',
  'this.helper',
  'this.helper.constructor',
  'this.constructor.prototype.helper',
  'this.start',
  'this.valueOf()',
  'this.self()',
  'this.list',
  'this.#own',
  'this.#count',
  'other.#own',
  'add',
  'add.prototype',
  'make',
  'make()',
  'new make().constructor',
  'arrow',
  'later',
  'Workflow',
  'Workflow.prototype',
  'new Workflow()',
  'new Workflow().constructor.prototype.helper',
  'Math',
  'Math.max',
  'Math.constructor',
  'structuredClone',
  'TextEncoder.prototype',
  'atob',
  'template`a`',
  'template`a`.raw',
  '(() => this)()',
  '[this][0].constructor',
  '({ ...this })',
  'Reflect.construct(Object, [], add).constructor',
  'Object.getOwnPropertyDescriptor(this.__proto__, "helper").value',
  'Reflect.ownKeys(this.__proto__).map((key) => this.__proto__[key])[1]',
  '(this.f = [].concat, this.f()[0].constructor)',
  '(this.f = Object.prototype.valueOf, (this?.f)())',
  '(function () { return this; }).call(this)',
  '{ __proto__: this }.constructor',
  'new (class extends Workflow {})().constructor.prototype.__proto__',
  'new (class { get g() { return this; } })().g',
  'arguments',
  'arguments[2]',
  'new.target',
  'data',
  'Object.prototype',
  'Array.prototype.push',
  '(async () => {}).constructor.prototype',
  'Symbol.iterator',
  '/x/g',
  'numbers',
  'Function.prototype',
  'inner',
];

/** Statements that leave a mark on `o` and tell the mark that was there. */
const marks: readonly string[] = [
  'o.n = (o.n ?? 0) + 1; found.push(o.n);',
  'o.n++; found.push(o.n);',
  "o['\\ud800'] = [...(o['\\ud800'] ?? []), 1]; found.push(o['\\ud800'].length);",
  'o[mark] ??= []; o[mark].push(1); found.push(o[mark].length);',
  'Object.defineProperty(o, "d", { value: (o.d ?? 0) + 1, configurable: true }); found.push(o.d);',
  'found.push(Reflect.set(o, "r", 1), o.r);',
  'found.push(delete o.helper, typeof o.helper);',
  'found.push(Object.isFrozen(o));',
  'found.push(Reflect.setPrototypeOf(o, { proto: 1 }), o.proto);',
  'o.helper = () => "mine"; found.push(typeof o.helper);',
  'new Stamp(o); found.push("stamped");',
  'found.push(Stamp.has(o)); new Stamp(o); found.push(Stamp.has(o));',
  'o.lastIndex = (o.lastIndex ?? 0) + 1; found.push(o.lastIndex);',
  'found.push(o.name, o.length); o.name = "n"; found.push(o.name);',
  'o.push(1); found.push(o.length);',
  'o.toString = () => "t"; found.push(String(o.toString()));',
  'o.constructor = 5; found.push(typeof o.constructor);',
  'found.push(typeof o, o === this.constructor, Object.keys(o).length);',
  'Object.freeze(o); o.x = 1;',
  'o.prototype.n = (o.prototype.n ?? 0) + 1; found.push(o.prototype.n);',
  'Object.assign(o, { n: (o.n ?? 0) + 1 }); found.push(o.n);',
  'o.f = function () { return this; }; found.push(o.f() === o);',
];

/** Statements that are harmless by themselves, and meet what is shared in passing. */
const plain: readonly string[] = [
  'this.list.push(1); found.push(this.list.length);',
  'this.count = (this.count ?? 0) + 1; found.push(this.count);',
  'this.#count++; found.push(this.#count);',
  'this.count ??= []; this.count[0] = add; found.push(1);',
  'found.push(this.helper(2), add(1, 2), arrow(3));',
  'found.push(await later(4), await this.#own(5));',
  'found.push(this.self?.() === this);',
  'found.push(Math.floor(1.5), Math.max(1, 2) + Math.PI);',
  'found.push(atob(btoa("a")), structuredClone([1]).length, new TextEncoder().encode("é").length);',
  'function inner() { inner.n = (inner.n ?? 0) + 1; return inner.n; } found.push(inner(), inner());',
  'class Own { static n = 0; #p = 1; has() { return #p in this; } } Own.n++; found.push(Own.n, new Own().has());',
  'const re = /a/g; re.test("aa"); found.push(re.lastIndex);',
  'const g = (function* () { yield 1; })(); g.__proto__.n = (g.__proto__.n ?? 0) + 1; found.push(g.__proto__.n);',
  'const t = template`b`; found.push(Object.isFrozen(t), t.raw.length);',
  '[this.count, ...this.list] = [3, 4]; found.push(this.count);',
  'for (this.count of [1, 2]) found.push(this.count);',
  'delete this.count; found.push("count" in (this.list ?? {}));',
  '({ a: this.a, b: this.b = 2 } = data ?? {}); found.push(this.b);',
  'this.handler = () => this.list.length; found.push((0, this.handler)());',
  'found.push(new this.handler2?.() ?? 0);',
  'found.push([1, 2].map((x) => this.helper(x)).length);',
  'found.push(typeof undefinedName, NUMBER, TEXT, FLAG);',
  'label: for (const x of [1]) { found.push(x); continue label; }',
  'try { null.x; } catch (e) { found.push(e.constructor.name, e.message); }',
  'Math.n = 1; found.push(Math.n);',
  'found.push(typeof Math.random());',
  'found.push(Object.isFrozen(Math), Object.getOwnPropertyDescriptor(Math, "max").enumerable);',
  'TextEncoder.n = 1;',
  'eval("this.constructor.n = (this.constructor.n ?? 0) + 1; found.push(this.constructor.n)");',
  'found.push(Function("return typeof add")());',
  'add = 5; found.push(typeof add);',
  'NUMBER++;',
  'var { add: renamed } = { add: 1 }; found.push(renamed);',
  'const make = () => 7; found.push(make());',
  'const helper = this.list; found.push(helper.length);',
];

/** As authors write the class, and as bundlers and minifiers leave it. */
const classShapes: readonly (readonly [head: string, tail?: string])[] = [
  ['class Workflow'],
  ['export class Workflow'],
  ['export default class Workflow'],
  ['class Workflow', 'export { Workflow };'],
  ['var Workflow = class', '; export { Workflow };'],
  ['let e = class Workflow', '; export { e as Workflow };'],
  ['class e', 'export { e as Workflow };'],
];

/** The text of a whole source. Each step tells what it found, whatever went wrong on its way. */
export function sharingSource(random: Random): string {
  const isTame = random.below(2) === 0;
  const body = (): string =>
    Array.from({ length: 1 + random.below(3) }, () => tried(statement(random, isTame))).join('\n');
  const optional = (text: string): string => (random.below(isTame ? 8 : 3) === 0 ? text : '');
  const [head, tail = ''] = random.pick(classShapes);
  return `const NUMBER = 1, TEXT = 'a', FLAG = true;
function add(a, b) { return a + b; }
function make() { ${optional('return { made: 1 };')} }
${random.pick(['const', 'let', 'var'])} arrow = (x) => { ${optional('arrow.n = (arrow.n ?? 0) + 1; return arrow.n;')} return x; };
${random.pick(['const', 'let', 'var'])} later = async function (x) { return x; };
function template(strings) { return strings; }
${head} {
  list = [];
  #count = 0;
  ${optional('early = this.list;')}
  ${optional('first = this.list2; list2 = 1;')}
  ${optional("constructor() { this.made = 'by constructor'; }")}
  async start(data, headers, api) {
    const found = [], mark = Symbol.for('mark'), other = data;
    ${stamp(random)}
    ${body()}
    return found.map((x) => (typeof x === 'number' || typeof x === 'boolean' ? x : String(typeof x === 'string' ? x : typeof x)));
  }
  helper(x) { ${optional('this.helped = (this.helped ?? 0) + 1; return this.helped;')} return x; }
  self() { ${random.pick(['', isTame ? '' : 'return this;', 'return this.list;'])} }
  async #own(x) { return x; }
  '\\ud800'() {}
  other() {}
}${tail}`;
}

function statement(random: Random, isTame: boolean): string {
  if (isTame || random.below(2) === 0) return random.pick(plain);
  return `const o = ${random.pick(holders)}; ${random.pick(marks)}`;
}

function tried(code: string): string {
  return `try { ${code} } catch (e) { found.push(e.name + ': ' + e.message); }`;
}

/** A class that puts a private field on any object. */
function stamp(random: Random): string {
  if (random.below(2) === 0) return 'class Stamp { static has() { return false; } }';
  return 'class Stamp extends (function (o) { return o; }) { #x = 1; static has(o) { return #x in o; } }';
}
