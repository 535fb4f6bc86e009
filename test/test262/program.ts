// A test of test262 as a workflow: its harness and itself are the module's code, and the only step waits for it to be done.
import type { Metadata } from './metadata.ts';

/** Reads a file of test262's own `harness` folder. */
export type Harness = (name: string) => string;

/** Instead of test262's own host object; of its realms there is none. */
const host = `
var $262 = {
  global: globalThis,
  evalScript: (text) => (0, eval)(text),
  detachArrayBuffer: ((transfer, apply) => (buffer) => { apply(transfer, buffer, []); })(ArrayBuffer.prototype.transfer, Reflect.apply),
  gc() { throw new Test262Error('There is no gc.'); },
  createRealm() { throw new Test262Error('There is no second realm.'); },
};
`;
const done = `
var $isDone = null;
var $done = new Promise((resolve) => { $isDone = resolve; });
var $DONE = (error) => { $isDone({ error }); };
`;

/** What a test does not name is left out: the runner gives a source as much of the realm as it names. */
export function programOf(text: string, { flags, includes }: Metadata, harness: Harness): string {
  const isAsync = flags.includes('async');
  const files = ['assert.js', 'sta.js', ...includes].filter((name) => name !== 'doneprintHandle.js').map(harness);
  const wait = 'const { error } = await $done; if (error) throw error;';
  const code = `${files.join('\n')}\n${text}`;
  const before = `${code.includes('$262') ? host : ''}${isAsync || code.includes('$DONE') ? done : ''}`;
  return `${before}${code}\nclass Workflow { async start() { ${isAsync ? wait : ''} } }`;
}
