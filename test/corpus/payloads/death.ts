// What makes V8 give itself up: it ends the process, with every thread and every tenant in it. And what comes close to it:
// single calls that want more memory than there is.
import { type Attack, type Chapter, startOf } from '../payload.ts';

const crash = 'STEP_CRASHED_HOST';
const memory = 'STEP_MEMORY_EXCEEDED';

function deadly(name: string, expected: Attack['expected'], unheld?: Attack['unheld']): Attack {
  const why =
    typeof expected === 'string' ? {} : { why: 'Either its growth is seen first, or V8 gives itself up first.' };
  return startOf(name, expected, `${name};`, { ...why, ...(unheld === undefined ? {} : { unheld }) });
}

const calls: readonly Attack[] = [
  deadly("'x'.repeat(2**28).split('')", [crash, memory], ['died']),
  deadly("'x'.repeat(2**27+10).split('')", [crash, memory], ['died']),
  deadly("'x'.repeat(2**27+10).match(/x/g)", memory),
  deadly("'x'.repeat(2**28).split(/(?:)/)", memory),
  deadly("[...'x'.repeat(2**28)]", memory),
  deadly("Array.from('x'.repeat(2**28))", memory),
  deadly("[...'x'.repeat(2**28).matchAll(/x/g)]", memory),
  deadly("'x'.repeat(2**28).replace(/x/g, () => 'yy')", memory),
  deadly("Array.prototype.slice.call('x'.repeat(2**28))", memory, ['hung', 'held']),
  deadly('new Array(2**26).fill({})', memory, ['hung', 'held']),
  deadly('Array(2**25-1).fill(1).concat(Array(2**25-1).fill(1))', memory, ['swelled', 'held']),
  deadly('((...a) => a.length)(...Array(2**27))', memory),
  deadly('structuredClone(new Array(2**25).fill(1))', memory, ['swelled', 'held']),
  deadly("new TextEncoder().encode('x'.repeat(2**28))", memory),
  deadly("btoa('x'.repeat(2**28))", memory),
];

/** Too slow to come to their end: the time of a step is over first. */
const slow: readonly Attack[] = [
  'Array(2**31).fill(0)',
  "Object.keys('x'.repeat(2**28))",
  "({ ...'x'.repeat(2**28) })",
].map((name) =>
  startOf(name, ['STEP_CPU_EXCEEDED', memory, crash], `${name};`, {
    unheld: ['hung', 'died', 'held'],
    why: 'What it takes first, time or memory, depends on the machine.',
  }),
);

/** V8 says no by itself. */
const refused: readonly Attack[] = [
  startOf('((...a) => a).apply(null, {length:2**28})', 'STEP_THREW', '((...a) => a).apply(null, { length: 2 ** 28 });'),
  startOf('Reflect.construct(Array, {length:2**28})', 'STEP_THREW', 'Reflect.construct(Array, { length: 2 ** 28 });'),
  startOf('new Float64Array(2**30)', 'STEP_THREW', 'new Float64Array(2 ** 30).fill(1);'),
  startOf('new Uint8Array(2**33)', 'STEP_THREW', 'new Uint8Array(2 ** 33).fill(1);'),
  startOf("'x'.repeat(2**29)", 'STEP_THREW', "'x'.repeat(2 ** 29);"),
  startOf("new Array(2**27).join('abcde')", 'STEP_THREW', "new Array(2 ** 27).join('abcde');"),
  startOf('1n<<2n**31n', 'STEP_THREW', '1n << 2n ** 31n;'),
  startOf("Object.freeze(Object('x'.repeat(2**28)))", 'completed', "Object.freeze(Object('x'.repeat(2 ** 28)));"),
];

export const death: Chapter = { title: 'Death', attacks: [...calls, ...slow, ...refused] };
