// Packages for values, and for what becomes of them: they run as they are.
import type { Kind } from './packages.ts';

export const valueKinds: readonly Kind[] = [
  {
    title: 'Dates and times',
    packages: [
      {
        program: 'cron-parser',
        does: 'finds the next times in a zone, over the change of its clocks',
        shows: { store: { first: '2024-04-01T00:30:00.000Z' } },
      },
      {
        program: 'date-fns-tz',
        package: '@date-fns/tz',
        does: 'adds a day in a time zone',
        shows: { output: { offset: 330, day: 'Sunday 2024-03-31 20:00 -04:00' } },
      },
      {
        program: 'temporal-polyfill',
        does: 'counts a day of 23 hours',
        shows: { store: { until: 'PT23H' } },
      },
      {
        program: 'date-fns',
        does: 'adds business days, parses and formats, in German',
        shows: { output: { due: '2024-03-14', leap: true }, store: { text: 'Donnerstag, 14. März 2024 um 00:00' } },
      },
      {
        program: 'dayjs',
        does: 'with plugins for UTC, durations and formats, and a locale',
        shows: { output: { end: '2024-02-29T23:59:59.999Z' }, store: { french: 'jeudi 29 février 2024' } },
      },
      {
        program: 'luxon',
        does: 'counts in UTC and at fixed offsets, splits an interval, formats in German',
        shows: { output: { week: 9, hours: 24 }, store: { invitation: 'Freitag, 1. März 2024' } },
      },
      {
        program: 'luxon-zones',
        package: 'luxon',
        does: 'counts in time zones that have a name',
        shows: { output: { hours: 23 }, store: { slots: 3, length: 165 } },
      },
      {
        program: 'moment',
        does: 'counts, formats, and tells spans in words',
        shows: { output: { ends: 'Thursday, February 29th 2024' }, store: { left: 'in a month' } },
      },
      {
        program: 'ms',
        does: 'reads and writes spans of time',
        shows: { store: { texts: ['1 minute', '3 hours', '3 days', '-365 days'] } },
      },
      {
        program: 'rrule',
        does: 'lists the last Friday of each month, and tells the rule in words',
        shows: { output: { text: 'every month on the last Friday for 4 times' } },
      },
    ],
  },
  {
    title: 'Validation',
    packages: [
      {
        program: 'ajv',
        does: 'compiles a JSON Schema (with `new Function`), with `ajv-formats`',
        shows: {
          output: { valid: true, customer: { tags: [] } },
          store: { errors: [' additionalProperties', '/id minimum', '/email format', '/tags uniqueItems'] },
        },
      },
      {
        program: 'superstruct',
        does: 'coerces an invoice and lists what is wrong with another',
        shows: { output: { amounts: [1.5, 2], currency: 'EUR' } },
      },
      {
        program: 'valibot',
        does: 'checks a customer by a pipeline of rules',
        shows: { output: { email: 'ann@example.com', country: 'IN' } },
      },
      {
        program: 'validator',
        does: 'checks an IBAN, a card number, a phone number and a URL',
        shows: { output: { iban: true, card: false } },
      },
      {
        program: 'yup',
        does: 'checks an order, with a rule that depends on another field',
        shows: { output: { lines: [{ sku: 'A-1', quantity: 3 }] }, store: { name: 'ValidationError' } },
      },
      {
        program: 'zod',
        does: 'checks an order with a discriminated union, coercion and a transformation',
        shows: {
          output: { placed: Date.UTC(2024, 0, 1) },
          store: { issues: ['id invalid_format', 'email invalid_format', 'lines too_small'] },
        },
      },
    ],
  },
  {
    title: 'Numbers and money',
    packages: [
      {
        program: 'big.js',
        does: 'rounds half to even',
        shows: { output: { net: '123.46', same: true }, store: { tax: '23.4574' } },
      },
      {
        program: 'bignumber.js',
        does: 'formats amounts of thirty digits',
        shows: { output: { text: '123 456 789 012,3456', fraction: ['3', '8'] } },
      },
      {
        program: 'currency.js',
        does: 'adds up euros and shares them without losing a cent',
        shows: { output: { total: '2.469,32 €' }, store: { shares: [823.11, 823.11, 823.1] } },
      },
      {
        program: 'decimal.js',
        does: 'takes a root with 40 digits, and splits a total',
        shows: {
          output: { root: '1.41421356237309504880168872420969807857' },
          store: { shares: ['6.76', '6.76', '6.775'] },
        },
      },
      {
        program: 'mathjs',
        does: 'from `mathjs/number`: compiles and simplifies formulas',
        shows: { output: { grown: 225, sum: 13 }, store: { simpler: '5 * x' } },
      },
      {
        program: 'semver',
        does: 'sorts versions and finds the newest in a range',
        shows: { output: { newest: '1.10.0', major: 'major' } },
      },
    ],
  },
  {
    title: 'Ids and hashes',
    packages: [
      {
        program: 'noble-hashes',
        package: '@noble/hashes',
        does: 'SHA-2, SHA-3, HMAC and PBKDF2',
        shows: { output: { sha512: 'ddaf35a193617aba' } },
      },
      { program: 'crc-32', does: 'a check sum, in one piece and in two', shows: { output: 'cbf43926' } },
      {
        program: 'crypto-js',
        does: 'encrypts in one step and decrypts in the next',
        shows: { output: { md5: '900150983cd24fb0d6963f7d28e17f72' }, store: { text: 'a message' } },
      },
      {
        program: 'js-sha256',
        does: 'signs in one step and verifies in the next',
        shows: { store: { valid: true } },
      },
      { program: 'nanoid', does: 'makes ids', shows: { output: { different: 200, wellFormed: true } } },
      {
        program: 'spark-md5',
        does: 'hashes text and bytes, piece by piece',
        shows: { output: { text: '900150983cd24fb0d6963f7d28e17f72' }, store: { same: true } },
      },
      {
        program: 'ulid',
        does: 'makes ids in order',
        shows: { output: { time: '01ARYZ6S41' }, store: { ordered: true } },
      },
      {
        program: 'uuid',
        does: 'makes random ids, ids by time and ids by name',
        shows: {
          output: { byName: 'cfbff0d1-9375-5685-968c-48ce8b15ae17' },
          store: { checks: [true, 4, 7, true, false] },
        },
      },
    ],
  },
  {
    title: 'Collections and functions',
    packages: [
      {
        program: 'core-js-pure',
        does: 'groups, flattens and clones by its own means, without changing built-ins',
        shows: {
          output: [
            [1, 2, 3],
            [2, 3],
            ['fulfilled', 'rejected'],
          ],
        },
      },
      {
        program: 'flexsearch',
        does: 'finds texts and documents by words',
        shows: { output: [[0, 1], [2]] },
      },
      {
        program: 'fast-deep-equal',
        does: 'compares maps, sets, dates and bytes',
        shows: { output: true, store: { different: [false, true, false] } },
      },
      {
        program: 'fast-json-patch',
        does: 'makes a patch in one step and applies it in the next',
        shows: { store: { after: { status: 'sent', by: 'ann' } } },
      },
      {
        program: 'immer',
        does: 'changes drafts, with patches and a way back',
        shows: { output: { seen: ['A', 'C'], kept: true, same: true } },
      },
      {
        program: 'immutable',
        does: 'maps, lists, sets and records that are not changed',
        shows: { output: { sizes: [1, 2], same: true } },
      },
      {
        program: 'lodash',
        does: 'chains, compares, clones and changes the case of words',
        shows: { output: { most: 'ann', memo: 42 }, store: { same: true } },
      },
      {
        program: 'lodash-es',
        does: 'groups, merges, debounces, and fills a template (with `Function`)',
        shows: { output: { deep: 7, later: 'called' }, store: { text: 'A=3;B=5;' } },
      },
      {
        program: 'ramda',
        does: 'pipes, lenses and transducers',
        shows: { output: { total: 10, by: { open: 2, sent: 1 } } },
      },
      {
        program: 'underscore',
        does: 'chains, and fills a template (with `Function`)',
        shows: { output: { 40: ['moe', 'curly'], 50: ['larry'] } },
      },
    ],
  },
  {
    title: 'Waiting and states',
    packages: [
      {
        program: 'p-limit',
        does: 'does seven things, three at a time',
        shows: { output: { most: 3 }, store: { sum: 28 } },
      },
      {
        program: 'regenerator-runtime',
        does: 'runs a generator that an old compiler has rewritten',
        shows: { output: [1, 2], store: { text: '[object Generator]' } },
      },
      {
        program: 'rxjs',
        does: 'streams, with delays, timers, subjects and errors',
        shows: { output: { ticks: [0, 1, 2] }, store: { sum: 4, caught: 'late' } },
      },
      {
        program: 'xstate',
        does: 'keeps the state of a machine from one step to the next',
        shows: { output: { state: 'paid' }, store: { ended: { value: 'sent', status: 'done' } } },
      },
    ],
  },
];
