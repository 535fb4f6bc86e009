// Too much of what is allowed: ops, logs, branches, keys, results. Each meets the bound that is meant for it.
import { type Chapter, startOf } from '../payload.ts';

const cpu = 'STEP_CPU_EXCEEDED';
const memory = 'STEP_MEMORY_EXCEEDED';

export const flood: Chapter = {
  title: 'Flood',
  attacks: [
    startOf('endless api.log', cpu, "for (;;) api.log('x');"),
    startOf('log lines of a kilobyte', 'completed', "for (let n = 0; n < 2_000; n++) api.log('x'.repeat(1_000));"),
    startOf('a log line of 100 MB', ['completed', memory, cpu], "console.info('x'.repeat(1e8));"),
    startOf('console.log of a million numbers', 'completed', 'console.log(Array.from({ length: 1e5 }, (_, n) => n));'),
    startOf(
      'a million un-awaited sets',
      ['STEP_REJECTION_UNHANDLED', cpu, memory],
      "const held = []; for (let n = 0; n < 1e6; n++) held.push(api.runStore.set('k', n)); await held[0];",
    ),
    startOf(
      'a million un-awaited sets, caught',
      ['completed', cpu, memory],
      "for (let n = 0; n < 1e6; n++) api.runStore.set('k', n).catch(() => {});",
    ),
    startOf(
      '5,000 sets of 100 kB',
      ['STEP_REJECTION_UNHANDLED', cpu, memory],
      "const held = []; for (let n = 0; n < 5_000; n++) held.push(api.runStore.set('k' + n, 'x'.repeat(1e5))); await held[0];",
    ),
    startOf('sets of 1 MB, awaited', 'OP_BYTES_EXCEEDED', "for (;;) await api.runStore.set('k', 'x'.repeat(1e6));"),
    startOf(
      'sets to ever more keys',
      'STORE_KEYS_EXCEEDED',
      "for (let n = 0; ; n++) await Promise.all(Array.from({ length: 100 }, (_, k) => api.runStore.set('k' + n + '.' + k, n)));",
    ),
    startOf(
      '10^6 keys in one value',
      ['VALUE_TOO_LARGE', cpu, memory],
      "const o = {}; for (let n = 0; n < 1e6; n++) o['k' + n] = n; await api.runStore.set('k', o);",
    ),
    startOf(
      'pushes to one list',
      ['OPS_EXCEEDED', 'OP_BYTES_EXCEEDED', cpu],
      "for (let n = 0; ; n++) await api.runStore.push('list', 'x'.repeat(1_000));",
    ),
    startOf('a 100 MB return value', ['PAYLOAD_TOO_LARGE', memory, cpu], "return 'x'.repeat(1e8);"),
    startOf('a 100 MB value', ['VALUE_TOO_LARGE', memory, cpu], "await api.runStore.set('k', 'x'.repeat(1e8));"),
    startOf('a 100 MB item', ['VALUE_TOO_LARGE', memory, cpu], "await api.runStore.push('k', 'x'.repeat(1e8));"),
    startOf('a 100 MB key', 'KEY_INVALID', "await api.runStore.set('x'.repeat(1e8), 1);"),
    startOf(
      'a 100 MB payload',
      ['PAYLOAD_TOO_LARGE', memory, cpu],
      "await api.scheduleNextStep({ action: 'next', payload: 'x'.repeat(1e8) });",
    ),
    startOf(
      'a 100 MB action',
      ['ACTION_INVALID', memory, cpu],
      "await api.scheduleNextStep({ action: 'x'.repeat(1e8) });",
    ),
    startOf(
      'a 100 MB delay',
      ['DELAY_INVALID', memory, cpu],
      "await api.scheduleNextStep({ action: 'next', delay: '1'.repeat(1e8) });",
    ),
    startOf('an error message of 10^8 characters', ['STEP_THREW', memory, cpu], "throw new Error('x'.repeat(1e8));"),
    startOf(
      'an error name, stack and code of 10^8 characters',
      ['STEP_THREW', memory, cpu],
      "const x = 'x'.repeat(1e8); throw { name: x, message: x, stack: x, code: x };",
    ),
    startOf(
      'a stack of a million lines of its own',
      ['STEP_THREW', cpu, memory],
      "throw { stack: '    at workflow.js:1:1\\n'.repeat(1e6) };",
    ),
    startOf('a message of what JSON escapes', 'STEP_THREW', "throw new Error('\\u0000'.repeat(1e6));"),
    startOf(
      'a rejection of 10^8 characters',
      ['STEP_REJECTION_UNHANDLED', memory, cpu],
      "const held = Promise.reject(new Error('x'.repeat(1e8))); await api.runStore.get('k'); return held;",
    ),
    startOf(
      'a million nested arrays',
      ['OUTPUT_INVALID', 'PAYLOAD_TOO_LARGE', memory, cpu],
      'let a = []; for (let n = 0; n < 1e6; n++) a = [a]; return a;',
    ),
    startOf(
      'a thousand nested arrays, kept',
      'completed',
      "let a = []; for (let n = 0; n < 999; n++) a = [a]; await api.runStore.set('k', a); await api.runStore.get('k'); api.log(a); return a;",
    ),
    startOf(
      'a fan-out of 10^7',
      'completed',
      "try { for (let n = 0; n < 1e7; n++) await api.scheduleNextStep({ action: 'next' }); } catch (e) { return e.code; }",
      { output: 'FAN_OUT_EXCEEDED' },
    ),
    startOf(
      'a fan-out of 10^7, un-awaited',
      ['STEP_REJECTION_UNHANDLED', 'OP_BYTES_WAITING_EXCEEDED', cpu, memory],
      "const held = []; for (let n = 0; n < 1e7; n++) held.push(api.scheduleNextStep({ action: 'next' })); await held[0];",
    ),
    startOf(
      'a fan-out of payloads of 1 MB',
      'completed',
      "try { for (;;) await api.scheduleNextStep({ action: 'next', delay: 5, payload: 'x'.repeat(1e6) }); } catch (e) { return e.code; }",
      { output: 'ARMED_BYTES_EXCEEDED' },
    ),
    {
      name: 'a chain without end',
      expected: 'CHAIN_DEPTH_EXCEEDED',
      source: {
        start: "await api.scheduleNextStep({ action: 'next' });",
        next: "await api.scheduleNextStep({ action: 'next' });",
      },
    },
    {
      name: 'a tree without end',
      expected: 'STEPS_EXCEEDED',
      source: {
        start: "for (let n = 0; n < 10; n++) await api.scheduleNextStep({ action: 'next' });",
        next: "for (let n = 0; n < 10; n++) await api.scheduleNextStep({ action: 'next' });",
      },
    },
    {
      name: 'a hook that floods',
      expected: 'completed',
      source: { start: '', onWorkflowComplete: "for (let n = 0; ; n++) await api.runStore.push('k', n);" },
    },
    {
      name: 'a hook that hangs',
      expected: 'completed',
      source: { start: '', onWorkflowComplete: 'for (;;);' },
    },
    {
      name: 'a hook of a failure that hangs and schedules',
      expected: 'STEP_THREW',
      source: { start: 'throw 1;', next: '', onWorkflowError: "api.scheduleNextStep({ action: 'next' }); for (;;);" },
    },
    startOf('ten thousand timers', ['completed', cpu], 'for (let n = 0; n < 1e4; n++) setTimeout(() => {}, 1e6);'),
    startOf('refusals without end', [cpu, memory], "for (;;) api.runStore.set('', 1).catch(() => {});"),
    startOf(
      'increments to infinity',
      'completed',
      "await api.runStore.set('k', 1.7e308); return api.runStore.increment('k', 1.7e308).catch((e) => e.code);",
      { output: 'DELTA_INVALID' },
    ),
    startOf(
      'deletes and gets of keys of objects',
      'completed',
      "const keys = ['__proto__', 'constructor', 'toString', '\\u0000', 'hasOwnProperty', '__defineGetter__']; for (const k of keys) { await api.runStore.set(k, { [k]: k }); await api.runStore.push('list ' + k, k); } const got = []; for (const k of keys) got.push((await api.runStore.get(k))?.[k] === k, await api.runStore.delete(k)); return got.every((x) => x);",
      { output: true },
    ),
  ],
};
