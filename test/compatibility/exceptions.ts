// The packages that do not run as they are, each with the exact error: those that need a context of their own, and those
// that need what a workflow does not have.
import type { Usage } from './packages.ts';

export interface Exception extends Usage {
  /** Name and message of the error where built-ins are frozen; with `needs: 'more'`, everywhere. */
  readonly error: string;
  /** `context`: runs with `isolation: 'context'`. `more`: does not run. */
  readonly needs: 'context' | 'more';
  readonly why: string;
  /** What an author can do. */
  readonly instead: string;
}

export const exceptions: readonly Exception[] = [
  {
    program: 'exceljs',
    isMinified: true,
    needs: 'context',
    does: 'writes a workbook, and reads it; minified, for its bundle is too large otherwise',
    shows: { output: 7.5 },
    error: "TypeError: Cannot assign to read only property 'toString'",
    why: 'Its build brings `core-js`, which replaces `Function.prototype.toString` as soon as it replaces anything.',
    instead: '`csv-parse` or `papaparse` for tables as text.',
  },
  {
    program: 'js-temporal-polyfill',
    package: '@js-temporal/polyfill',
    needs: 'context',
    does: 'counts a day of 23 hours',
    shows: { store: { until: 'PT23H' } },
    error: "TypeError: Cannot assign to read only property 'format'",
    why: 'It replaces methods of `Intl.DurationFormat`.',
    instead: '`temporal-polyfill`, or the `Temporal` of the engine.',
  },
  {
    program: 'mimetext',
    needs: 'context',
    does: 'writes a mail',
    shows: { store: { subject: 'Your order ☕' } },
    error: 'TypeError: Cannot define property Symbol(Symbol.metadata), object is not extensible',
    why: 'It brings `core-js`, which adds to `Function.prototype`.',
    instead: 'Write the headers yourself, or leave the mail to a service.',
  },
  {
    program: 'bluebird',
    needs: 'context',
    does: 'maps with a bound, and races against time',
    shows: { output: { doubled: [2, 4, 6, 8], late: 'TimeoutError' } },
    error: 'TypeError: Cannot define property __BluebirdErrorTypes__, object is not extensible',
    why: 'It keeps a list on `Error`.',
    instead: 'Promises and `p-limit`.',
  },
  {
    program: 'datejs',
    needs: 'context',
    does: 'adds months, and finds the next Friday',
    shows: { output: '1. March 2024' },
    error: 'TypeError: Cannot add property _dateElement, object is not extensible',
    why: 'It adds methods to `Date.prototype`.',
    instead: '`date-fns` or `dayjs`.',
  },
  {
    program: 'es6-shim',
    needs: 'context',
    does: 'replaces built-ins by those of 2015 where it finds fault with them',
    shows: { output: { starts: true, sign: -1 }, store: { letters: 4 } },
    error: 'TypeError: Cannot redefine property: toString',
    why: 'It replaces methods of built-ins.',
    instead: 'Leave it out: the engine has it all.',
  },
  {
    program: 'json5-polyfilled',
    package: 'json5',
    needs: 'context',
    does: "as `import JSON5 from 'json5'`: reads and writes settings",
    shows: { output: { unquoted: 'single', hex: 255 } },
    error: "TypeError: Cannot delete property 'toString' of function () { [native code] }",
    why: 'Its build for `import` brings an old polyfill, which changes `Function.prototype`.',
    instead: "`import JSON5 from 'json5/lib/index.js'`.",
  },
  {
    program: 'reflect-metadata',
    needs: 'context',
    does: 'keeps metadata of a method',
    shows: { output: 'step', store: { keys: ['role'] } },
    error: 'TypeError: Cannot define property decorate, object is not extensible',
    why: 'It adds functions to `Reflect`.',
    instead: 'A `WeakMap` of your own.',
  },
  {
    program: 'should',
    needs: 'context',
    does: 'checks values, and says what is wrong',
    shows: { store: { refused: ['AssertionError', 'expected Array [ 1, 2 ] to contain 3'] } },
    error: "TypeError: Cannot read properties of undefined (reading 'be')",
    why: 'It adds a getter to `Object.prototype`, and takes no notice when it cannot.',
    instead: '`zod` or another one for validation.',
  },
  {
    program: 'showdown',
    needs: 'context',
    does: 'turns Markdown with code into HTML',
    shows: { store: { table: true } },
    error: "TypeError: Cannot read properties of undefined (reading 'codeblock')",
    why: 'It reads `RegExp.$1`, which would tell what others have matched where steps share their built-ins.',
    instead: '`marked` or `markdown-it`.',
  },
  {
    program: 'sugar',
    needs: 'context',
    does: 'extends arrays, numbers and strings',
    shows: { output: { sum: 6, first: [0, 1, 4] }, store: { title: 'Tea and Cake' } },
    error: 'TypeError: Cannot define property instance, object is not extensible',
    why: 'It marks and extends methods of built-ins.',
    instead: '`lodash-es`.',
  },
  {
    program: 'zone.js',
    needs: 'context',
    does: 'follows a zone over a timer',
    shows: { output: 7, store: { name: 'order' } },
    error: 'TypeError: Cannot add property __zone_symbol__then, object is not extensible',
    why: 'It replaces `Promise` and its methods.',
    instead: 'Hand the value on as an argument.',
  },
  {
    program: 'colors',
    needs: 'more',
    does: 'colours text',
    shows: {},
    error: 'Error: Calling `require` for "util" in an environment that doesn\'t expose the `require` function.',
    why: 'It needs modules of Node, and then adds to `String.prototype`.',
    instead: 'Write the escape sequences: `\\u001b[32m`.',
  },
  {
    program: 'graphql-17',
    needs: 'more',
    does: 'answers a query',
    shows: {},
    error: 'ReferenceError: AbortController is not defined',
    why: 'It makes an `AbortController` for each query.',
    instead: '`graphql` 16.',
  },
  {
    program: 'joi',
    needs: 'more',
    does: 'checks an order',
    shows: {},
    error: 'ReferenceError: URL is not defined',
    why: 'It makes a `URL` as soon as it is loaded.',
    instead: '`zod`, `yup` or `valibot`.',
  },
];
