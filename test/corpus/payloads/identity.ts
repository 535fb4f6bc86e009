// Attempts to be another run, step or tenant, and to write records of one's own into what crosses the boundary.
import { type Attack, type Chapter, startOf } from '../payload.ts';

const editing: readonly Attack[] = [
  {
    name: 'headers, data and api edited to name another run and tenant',
    expected: 'completed',
    source: {
      start: `const mine = api.runId;
        Object.assign(api, { runId: 'canary', stepId: 'step_1', attempt: 99, idempotencyKey: 'canary', tenant: 'canary' });
        Object.assign(headers, { runId: 'canary', tenant: 'canary', name: 'canary' });
        Object.assign(data, { runId: 'canary', tenant: 'canary' });
        await api.runStore.set('count', 'hostile');
        const refused = await api.scheduleNextStep({ action: 'next', runId: 'canary', tenant: 'canary', ref: 0, step: 1 }).catch(({ code }) => code);
        await api.scheduleNextStep({ action: 'next', payload: mine });
        return refused;`,
      next: "await api.runStore.set('same', api.runId === data && api.stepId === 'step_2' && api.attempt === 1 && !('name' in headers));",
    },
    store: { count: 'hostile', same: true },
    output: 'OPTION_UNKNOWN',
  },
  startOf(
    'keys of other runs and tenants',
    'completed',
    "const keys = ['canary', 'canary:count', 'count', 'items', 'canary 125', '../count', 'runs/canary/count']; const got = []; for (const k of keys) got.push(await api.runStore.get(k)); return got.filter((v) => v !== null);",
    { output: [] },
  ),
  startOf('a seed of random numbers that is guessed', 'completed', 'return Math.random() === Math.random();', {
    output: false,
  }),
  {
    name: 'a global or a class static read by the next step',
    expected: 'completed',
    before: 'let shared = 0;',
    source: {
      start:
        "shared = 1; Workflow.mark = 1; globalThis.mark = 1; this.mark = 1; Symbol.for('mark').description; await api.scheduleNextStep({ action: 'next' });",
      next: "await api.runStore.set('seen', [shared, Workflow.mark ?? 0, globalThis.mark ?? 0, this.mark ?? 0]);",
    },
    store: { seen: [0, 0, 0, 0] },
  },
  {
    name: 'an op after the step has ended',
    expected: 'completed',
    source: {
      start:
        "await api.scheduleNextStep({ action: 'next' }); Promise.resolve().then(() => 0).then(() => 0).then(() => { for (let n = 0; n < 10; n++) api.runStore.set('late', n); }); setTimeout(() => api.runStore.set('later', 1), 5); return 1;",
      next: 'await new Promise((r) => setTimeout(r, 30));',
    },
  },
];

/** `c`, `f`, `n` and `s` are letters of ops; the separators are those of the records. */
const marks = ['\t', '\n', '\r\n', '\u0000', '\u2028', '\u001e', '"', '\\', '\ufeff', '\ud800'];

const forging: readonly Attack[] = marks.map((mark) => {
  const text = `x${mark}c${mark}0${mark}"forged"${mark}n${mark}0${mark}1${mark}{}${mark}0${mark}`;
  return {
    name: `records forged with ${JSON.stringify(mark)}`,
    expected: 'STEP_THREW',
    source: {
      start: `const text = JSON.parse(data); await api.runStore.set(text, text); await api.runStore.push('list', text); api.log(text); console.error(text);
        await api.runStore.get(text); await api.scheduleNextStep({ action: 'next', payload: text }).catch(() => {}); return text;`,
      next: 'throw Object.assign(new Error(data), { name: data, code: data, stack: data });',
    },
    data: JSON.stringify(text),
    store: { [text]: text, list: [text] },
  };
});

const realms: readonly Attack[] = [
  startOf(
    'JSON.stringify that lies to the api',
    'completed',
    "try { JSON.stringify = () => '1\\tc\\t0\\t\"forged\"\\n'; } catch {} await api.runStore.set('k', 'true'); return api.runStore.get('k');",
    { output: 'true' },
  ),
  startOf(
    'a stringify of raw JSON that forges',
    'completed',
    "const raw = ['1\\t2', '1\\nc', '\"a\\tb\"', '[1]', '{}', ''].map((t) => { try { return JSON.rawJSON(t) && t; } catch { return 'refused'; } }); return raw.every((t) => t === 'refused');",
    { output: true },
  ),
  startOf(
    'ends forged by a second return',
    'completed',
    'let done; const p = new Promise((r) => { done = r; }); done(1); done(2); return p;',
    { output: 1 },
  ),
  startOf(
    'codes of others thrown',
    'STEP_THREW',
    "throw Object.assign(new Error('x'), { code: 'STEP_CRASHED_HOST' });",
  ),
  startOf('messages of the engine thrown', 'STEP_THREW', "throw new Error('Script execution timed out.');"),
  startOf(
    'messages of a disposed isolate thrown',
    'STEP_THREW',
    "throw new Error('Isolate was disposed during execution due to memory limit');",
  ),
];

export const identity: Chapter = { title: 'Names, records and identity', attacks: [...editing, ...forging, ...realms] };
