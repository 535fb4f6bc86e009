// Sources that are attacks by themselves: on the parser, on the wrapper around them, and on what happens before `start` is called.
import type { Attack, Chapter } from '../payload.ts';

const workflow = 'class Workflow { async start() { return 1; } }';
const invalid = 'WORKFLOW_INVALID';
const late = 'WORKFLOW_CHECK_TIMED_OUT';
const cpu = 'STEP_CPU_EXCEEDED';

function text(name: string, expected: Attack['expected'], source: string, rest: Partial<Attack> = {}): Attack {
  return { name, expected, source, ...rest };
}

const fine = { output: 1 };
/** The parser's tree of it is large. In a thread of the embedder, V8 keeps part of what it took for itself. */
const bulky = { unheld: ['kept', 'held'] } as const;

const large: readonly Attack[] = [
  text('1 MiB of nested brackets', invalid, `${workflow} ${'['.repeat(2 ** 19 - 50)}${']'.repeat(2 ** 19 - 50)}`),
  text('1 MiB of open parentheses', invalid, `${workflow} ${'('.repeat(2 ** 20 - 100)}`),
  text('1 MiB of template openings', invalid, `${workflow} ${'`${'.repeat(300_000)}`),
  text('1 MiB of type parameters', invalid, `${workflow} let a: ${'A<'.repeat(500_000)}`),
  text('1 MiB of sums', invalid, `${workflow} let a = 1${'+1'.repeat(500_000)};`),
  text('1 MiB of commas', 'completed', `${workflow} [${','.repeat(1_000_000)}];`, fine),
  text('1 MiB of semicolons', 'completed', `${workflow} ${';'.repeat(1_000_000)}`, { ...fine, ...bulky }),
  text('1 MiB of a comment', 'completed', `${workflow} /*${'*'.repeat(1_000_000)}*/`, fine),
  text('1 MiB of line separators', 'completed', `${workflow} ${'\u2028'.repeat(340_000)}`, fine),
  text('1 MiB of one identifier', 'completed', `${workflow} let a${'a'.repeat(1_000_000)};`, fine),
  text('1 MiB of one string', 'completed', `${workflow} '${'x'.repeat(1_000_000)}';`, fine),
  text('1 MiB of digits', 'completed', `${workflow} ${'9'.repeat(1_000_000)}n;`, fine),
  text('1 MiB of a regular expression', ['completed', invalid], `${workflow} /${'a|'.repeat(500_000)}b/;`),
  text(
    'a class of fifty thousand methods',
    'completed',
    `class Workflow { async start() { return 1; } ${Array.from({ length: 50_000 }, (_, n) => `m${n}(){}`).join(' ')} }`,
    { ...fine, ...bulky },
  ),
  text(
    'a class of fifty thousand fields',
    ['completed', cpu, 'STEP_MEMORY_EXCEEDED'],
    `class Workflow { async start() { return 1; } ${Array.from({ length: 50_000 }, (_, n) => `f${n}={};`).join(' ')} }`,
    bulky,
  ),
  text(
    'a hundred thousand variables',
    ['completed', cpu],
    `${Array.from({ length: 80_000 }, (_, n) => `let a${n};`).join('')} ${workflow}`,
    bulky,
  ),
  text(
    'one method with fifty thousand parameters',
    ['completed', invalid],
    `class Workflow { async start() { return 1; } m(${Array.from({ length: 50_000 }, (_, n) => `a${n}`).join()}) {} }`,
  ),
  text(
    'one function with a hundred thousand cases',
    'completed',
    `class Workflow { async start() { return 1; } m(x) { switch (x) { ${Array.from({ length: 60_000 }, (_, n) => `case ${n}:`).join('')} } } }`,
    { ...fine, ...bulky },
  ),
  text(
    'a regular expression whose groups have one name',
    late,
    `${workflow} /${[1, 2].map(() => `${'('.repeat(500)}${Array(400).fill('(?<a>)').join('|')}${')'.repeat(500)}`).join('|')}/;`,
    { limits: { checkWallMs: 500 }, why: 'The parser holds each of them against each other, for an hour.' },
  ),
  text('a regular expression of eight thousand classes', [invalid, late], `${workflow} /[${'\\W'.repeat(8_000)}]/iu;`, {
    unheld: ['swelled', 'kept', 'died', 'held'],
    why: 'V8 copies what it has of a class for each further one, in memory that is not of the heap: 2 GB.',
  }),
  text('half a surrogate', invalid, `${workflow} '\ud800'`),
  text('a null character', invalid, `${workflow} \u0000`),
  text('more than 1 MiB', invalid, `${workflow} //${'x'.repeat(2 ** 20)}`),
  text('an empty source', invalid, ''),
];

const wrappers: readonly Attack[] = [
  text('})(); process //', invalid, `${workflow} })(); process; (function () { //`),
  text(';return Workflow;\\n})(); })', invalid, `${workflow}\n;return Workflow;\n})(); }) //`),
  text('return at the top', invalid, `return class {}; ${workflow}`),
  text('a comment left open', invalid, `${workflow} /*`),
  text('a template left open', invalid, `${workflow} \``),
  text(
    'a comment that looks like the end of the wrapper',
    'completed',
    `${workflow} /* \n})(); }) */ // })(); })`,
    fine,
  ),
  text('a string that looks like the end of the wrapper', 'completed', `${workflow} '})(); })'; \`\n})(); })\`;`, fine),
  text('a last line that is a comment', 'completed', `${workflow} //`, fine),
  text('</script> and <!--', 'completed', `const a = '</script><!--'; ${workflow}`, fine),
  text('an HTML comment', invalid, `<!-- x\n${workflow}`),
  text(
    'a source map and a source URL',
    'completed',
    `${workflow}\n//# sourceURL=file:///etc/passwd\n//# sourceMappingURL=file:///etc/passwd`,
    fine,
  ),
  text('#! and a byte order mark', 'completed', `\ufeff#!/usr/bin/env node\n${workflow}`, fine),
  text('a line separator in a string', 'completed', `const a = '\u2028'; ${workflow}`, fine),
  text(
    "'use strict' games",
    'completed',
    `'use strict'; 'use asm'; 'use sloppy'; class Workflow { async start() { 'use strict'; return (function () { return this === undefined; })() ? 1 : 0; } }`,
    fine,
  ),
  text(
    'names of the wrapper declared',
    'completed',
    `const Math = 1, console = 2, globals = 3; let eval_ = 4; class Workflow { async start() { return Math; } }`,
    fine,
  ),
  text('undefined declared', [invalid, 'STEP_THREW', 'completed'], `let undefined = 1; ${workflow}`),
  text('eval declared', invalid, `let eval = 1; ${workflow}`),
  text('arguments outside of functions', invalid, `arguments[0]; ${workflow}`),
  text('new.target at the top', invalid, `new.target; ${workflow}`),
  text('super at the top', invalid, `super.x; ${workflow}`),
  text('await at the top', invalid, `await 1; ${workflow}`),
  text('yield, let and static as names', invalid, `let yield = 1; ${workflow}`),
  text('two classes', invalid, `${workflow} ${workflow}`),
  text(
    'a type that erases into code',
    ['completed', invalid],
    `type A = { a: \`\${string}\` }; let x = <any>1; ${workflow}`,
  ),
  text(
    'an enum and a namespace',
    invalid,
    `enum A { B = (() => { for (;;); })() } namespace C { process } ${workflow}`,
  ),
  text('a decorator', invalid, `@(() => { for (;;); }) ${workflow}`),
  text('an octal and a legacy escape', invalid, `'\\08'; 010; ${workflow}`),
  text('duplicate __proto__', invalid, `({ __proto__: 1, __proto__: 2 }); ${workflow}`),
  text('escapes in names', 'completed', `class \\u0057orkflow { async st\\u0061rt() { return 1; } }`, fine),
];

const beginnings: readonly Attack[] = [
  text('a loop before the class', cpu, `for (;;); ${workflow}`),
  text('a loop in a static block', cpu, 'class Workflow { static { for (;;); } async start() {} }'),
  text('a loop in a computed key', cpu, 'class Workflow { [(() => { for (;;); })()]() {} async start() {} }'),
  text('a loop in a field', cpu, 'class Workflow { x = (() => { for (;;); })(); async start() {} }'),
  text('a loop in the constructor', cpu, 'class Workflow { constructor() { for (;;); } async start() {} }'),
  text(
    'a loop in the class that is extended',
    cpu,
    'class Workflow extends (() => { for (;;); })() { async start() {} }',
  ),
  text(
    'a constructor that returns a proxy that hangs',
    cpu,
    'class Workflow { constructor() { return new Proxy({}, { get() { for (;;); } }); } async start() {} }',
  ),
  text(
    'a constructor that returns nothing to call',
    'STEP_THREW',
    'class Workflow { constructor() { return {}; } async start() {} }',
  ),
  text('a class that is replaced', 'STEP_THREW', `${workflow} Workflow = null;`),
  text(
    'a class whose start is replaced by a getter',
    cpu,
    `${workflow} Object.defineProperty(Workflow.prototype, 'start', { get() { for (;;); } });`,
  ),
  text(
    'a class whose start is replaced by a proxy',
    cpu,
    `${workflow} Workflow.prototype.start = new Proxy(() => {}, { apply() { for (;;); } });`,
  ),
  text('a class that is a proxy', cpu, `${workflow} Workflow = new Proxy(Workflow, { construct() { for (;;); } });`),
  text('start as a generator', invalid, 'class Workflow { *start() { for (;;); } }'),
  text('start as an async generator', invalid, 'class Workflow { async *start() { for (;;); } }'),
  text('start as an accessor', invalid, 'class Workflow { get start() { for (;;); } }'),
  text('start as a field', invalid, 'class Workflow { start = async () => {}; }'),
  text('start as a static method', invalid, 'class Workflow { static async start() {} }'),
  text('memory before the class', ['STEP_MEMORY_EXCEEDED', cpu], `const a = []; for (;;) a.push({}); ${workflow}`),
  text('a microtask before the class', cpu, `(function f() { Promise.resolve().then(f); })(); ${workflow}`),
  text('a rejection before the class', 'STEP_REJECTION_UNHANDLED', `const held = Promise.reject(1); ${workflow}`),
  text(
    'steps named after what objects have',
    'completed',
    "class Workflow { async start(d, h, api) { await api.scheduleNextStep({ action: 'hasOwnProperty' }); return 1; } async hasOwnProperty() {} async then(f) { for (;;); } async toJSON() { for (;;); } }",
    fine,
  ),
];

export const source: readonly Chapter[] = [
  { title: 'Large sources', attacks: large },
  { title: 'Sources that close the wrapper', attacks: wrappers },
  { title: 'Code before the first step', attacks: beginnings },
];
