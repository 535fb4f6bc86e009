// Steps that sleep, and steps that make the host say much: what waits holds no one else up.
import { type Attack, type Chapter, startOf } from '../payload.ts';

const memory = 'STEP_MEMORY_EXCEEDED';
const cpu = 'STEP_CPU_EXCEEDED';
/** Nobody wants to wait for what waits for ever. */
const soon = { limits: { stepCpuMs: 1_000, stepWallMs: 1_000 } };

const sleepers: readonly Attack[] = [
  startOf('a timer of a day', 'STEP_WALL_EXCEEDED', 'await new Promise((r) => setTimeout(r, 86_400_000));', soon),
  startOf(
    'an interval that nobody clears',
    'STEP_REJECTION_UNHANDLED',
    'setInterval(() => {}, 1); await new Promise((r) => setTimeout(r, 86_400_000));',
  ),
  startOf(
    'a timer that begins itself again',
    'STEP_REJECTION_UNHANDLED',
    '(function again() { setTimeout(again, 0); })(); await new Promise((r) => setTimeout(r, 86_400_000));',
  ),
  startOf(
    'a thousand timers of a day',
    'STEP_WALL_EXCEEDED',
    'await Promise.all(Array.from({ length: 999 }, () => new Promise((r) => setTimeout(r, 86_400_000))));',
    soon,
  ),
  startOf(
    'timers that nobody awaits',
    'completed',
    'for (let n = 0; n < 900; n++) setTimeout(() => {}, 86_400_000); return 1;',
    { output: 1 },
  ),
  startOf('a timer beyond all bounds', 'STEP_THREW', 'setTimeout(() => {}, 2 ** 60);'),
  startOf('a timer of text', 'STEP_THREW', "setTimeout('for (;;);', 1);"),
  startOf(
    'a timer that throws',
    'STEP_THREW',
    'setTimeout(() => { throw new Error("late"); }, 1); await new Promise((r) => setTimeout(r, 50));',
  ),
  {
    name: 'sleepers that hold all places of their tenant',
    expected: 'STEP_WALL_EXCEEDED',
    // Should its cell be lost on a busy machine, they sleep alone, a few at a time.
    limits: { stepCpuMs: 250, stepWallMs: 250, stepsActivePerTenant: 16 },
    source: {
      start: "for (let n = 0; n < 40; n++) api.scheduleNextStep({ action: 'next' });",
      next: 'await new Promise((r) => setTimeout(r, 86_400_000));',
    },
  },
];

const replies: readonly Attack[] = [
  startOf(
    'a thousand reads of a megabyte at once',
    [memory, cpu, 'completed'],
    "await api.runStore.set('k', 'x'.repeat(1e6)); await Promise.all(Array.from({ length: 999 }, () => api.runStore.get('k')));",
    {
      unheld: ['kept', 'held'],
      why: 'Replies come as fast as they are read: whether they are collected in time depends on the machine.',
    },
  ),
  startOf(
    'a read of more than its cell',
    'READ_TOO_LARGE',
    "for (let n = 0; n < 12; n++) await api.runStore.push('k', 'x'.repeat(1e6)); await api.runStore.get('k');",
  ),
  startOf(
    'a reply that parses into much',
    [memory, cpu],
    "const a = new Array(250_000).fill([]); for (let n = 0; ; n++) { await api.runStore.set('k', a); globalThis['kept' + n] = await api.runStore.get('k'); }",
  ),
  startOf(
    'a list of 2,000 items read after each',
    ['completed', cpu, 'OPS_EXCEEDED'],
    "for (let n = 0; n < 1_000; n++) { await api.runStore.push('list', n); await api.runStore.get('list'); }",
  ),
  startOf('a reply that nobody awaits', 'completed', "for (let n = 0; n < 900; n++) api.runStore.get('k'); return 1;", {
    output: 1,
  }),
  startOf('a reply that hangs its reader', cpu, "await api.runStore.get('k').then(() => { for (;;); });"),
  startOf(
    'a reply whose promise is made a thenable',
    'completed',
    "const p = api.runStore.get('k'); Object.defineProperty(p, 'then', { value: (f) => f('own') }); return await p;",
    { output: null },
  ),
  startOf(
    'replies with __proto__',
    'completed',
    "await api.runStore.set('k', JSON.parse('{\"__proto__\":{\"leak\":1}}')); const v = await api.runStore.get('k'); return [v.leak ?? null, Object.keys(v), {}.leak ?? null];",
    {
      output: [null, ['__proto__'], null],
    },
  ),
  {
    name: 'data and headers with __proto__',
    expected: 'completed',
    source: { start: 'return [data.leak ?? null, Object.keys(data), headers.leak ?? null, {}.leak ?? null];' },
    data: JSON.parse('{"__proto__":{"leak":1}}'),
    headers: JSON.parse('{"__proto__":{"leak":1},"constructor":{"prototype":{"leak":1}}}'),
    output: [null, ['__proto__'], null, null],
  },
  {
    name: 'data of a megabyte of brackets',
    expected: ['RUN_OPTION_INVALID', 'completed'],
    source: { start: '' },
    data: nested(2_000),
  },
];

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let n = 0; n < depth; n++) value = [value];
  return value;
}

export const waiting: readonly Chapter[] = [
  { title: 'Sleepers', attacks: sleepers },
  { title: 'Replies', attacks: replies },
];
