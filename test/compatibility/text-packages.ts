// Packages that read and write text: they run as they are.
import type { Kind } from './packages.ts';

export const textKinds: readonly Kind[] = [
  {
    title: 'Templates and Markdown',
    packages: [
      {
        program: 'ejs',
        does: 'compiles a template (with `new Function`)',
        shows: {
          output: '<ul><li>Tea &amp; cake</li><li>Milk</li></ul><hr>',
          store: { error: 'missing is not defined' },
        },
      },
      {
        program: 'eta',
        does: 'from `eta/core`: a partial, and a template that waits',
        shows: { output: '<ul><li>Tea &amp; cake</li><li>Milk</li></ul>', store: { later: '3' } },
      },
      {
        program: 'handlebars',
        does: 'writes a letter with a function and a partial of its own',
        shows: { store: { empty: 'Dear Bo,\nNothing.' } },
      },
      {
        program: 'nunjucks',
        does: 'renders macros, loops and a filter of its own',
        shows: { output: '1. A &amp; B 1.50, 2. C 0.05', store: { joined: 'a-b' } },
      },
      {
        program: 'liquidjs',
        does: 'lists products with a filter of its own, and formats a date',
        shows: { output: '1 Tea 2.50 EUR, 2 Cake 12.00 EUR', store: { dated: '29/02/2024' } },
      },
      {
        program: 'markdown-it',
        does: 'renders, with a rule of its own for links',
        shows: { store: { links: ['/a'] } },
      },
      {
        program: 'marked',
        does: 'renders tables and task lists, and reads an outline off the tokens',
        shows: { store: { outline: ['1 One', '2 Two'] } },
      },
      {
        program: 'mustache',
        does: 'renders sections and partials, and lists the tags of a template',
        shows: { output: '1: 250 ct;2: 999 ct (open); <b> &lt;b&gt;' },
      },
    ],
  },
  {
    title: 'Formats and languages',
    packages: [
      {
        program: 'google-protobuf',
        does: 'writes a message, and reads it',
        shows: { output: { item: 'tea', count: 42, price: 3.5 } },
      },
      {
        program: 'jszip',
        does: 'packs files, and unpacks them',
        shows: { output: { text: 700, isSmall: true } },
      },
      {
        program: 'acorn',
        does: 'parses JavaScript, and says where it is wrong',
        shows: { output: { type: 'CallExpression', method: 'reduce', parameters: 2 } },
      },
      {
        program: 'csv-parse',
        does: 'from `csv-parse/browser/esm/sync`: reads a table and pushes its cells to the store',
        shows: { store: { 'A,1': [2.5], B: [7] } },
      },
      {
        program: 'fast-xml-parser',
        does: 'reads XML with attributes, and builds it again',
        shows: { output: { order: { note: 'a < b' } }, store: { refused: 'InvalidTag' } },
      },
      {
        program: 'graphql',
        does: 'answers a query of a schema, and checks another',
        shows: { output: { data: { dear: [{ sku: 'B' }] } } },
      },
      {
        program: 'htmlparser2',
        does: 'reads title and links off HTML that comes in pieces',
        shows: { output: 'Tea & cake', store: { links: ['/a', '/b?c=1&d'] } },
      },
      {
        program: 'ini',
        does: 'reads settings, changes one and writes them',
        shows: { output: { smtp: { server: { port: '25', to: ['a', 'b'] } } } },
      },
      {
        program: 'jmespath',
        does: 'filters, sorts and maps JSON',
        shows: { output: [{ name: 'c' }, { name: 'b', first: null }] },
      },
      {
        program: 'json5',
        does: 'from `json5/lib/index.js`: reads and writes settings',
        shows: { output: { hex: 255, trailing: [1, 2, 0.5] } },
      },
      {
        program: 'jsonata',
        does: 'sums and groups the lines of an order, with a function of its own',
        shows: { output: { total: 22, bySku: { A: 6, B: 1 } } },
      },
      {
        program: 'papaparse',
        does: 'reads a table with quotes and line breaks, and writes it',
        shows: { output: { delimiter: ';', errors: [] } },
      },
      {
        program: 'qs',
        does: 'reads and writes nested query strings',
        shows: { output: { filter: { status: 'open', tags: ['a', 'b c'] }, page: '2' } },
      },
      {
        program: 'smol-toml',
        does: 'reads and writes TOML',
        shows: { output: { hosts: [{ port: 80 }, { port: 443 }] }, store: { refused: [true, 2] } },
      },
      {
        program: 'yaml',
        does: 'reads anchors and merges, changes a document and keeps its comments',
        shows: { output: { rules: [{ carrier: 'post', country: 'DE' }, { days: 5 }] } },
      },
    ],
  },
  {
    title: 'Text',
    packages: [
      {
        program: 'change-case',
        does: 'changes the case of words, and of all keys of an object',
        shows: { store: { keys: { order_id: 1, line_items: [{ unit_price: 5 }] } } },
      },
      {
        program: 'diff',
        does: 'makes a patch in one step and applies it in the next',
        shows: { store: { applied: 'tea\noat milk\nsugar\ncake\n' } },
      },
      { program: 'fuse.js', does: 'finds products in spite of a typing error', shows: { output: [['A', 'title']] } },
      {
        program: 'he',
        does: 'encodes and decodes HTML entities',
        shows: { output: { escaped: '&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;' } },
      },
      {
        program: 'pluralize',
        does: 'counts people, children, sheep and cities',
        shows: { output: ['0 people', '1 child', '2 sheep', '3 cities'] },
      },
      { program: 'slugify', does: 'makes names for URLs', shows: { output: 'Deja_Vu_50percent_off' } },
    ],
  },
];
