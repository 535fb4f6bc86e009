// Stands for the thread of a replay that a debugger looks into: the realm in a context of this process, which Node's own inspector sees.
// isolated-vm 7 offers a debugger into its isolates, but with V8 14 it ends the process as soon as one comes. For code that is trusted:
// nothing contains it here.
import vm from 'node:vm';
import { wrapped } from '../cell/blank-cell.ts';
import { createRealmSource, realmEntries } from '../cell/realm-source.ts';
import type { ThreadEnd, WorkerPool, WorkerThread } from '../pool/worker-thread.ts';
import { type CellSpec, decodeToWorker, encodeFrame, type ToWorker } from '../protocol/frames.ts';
import { isSameRegion, nativeRegion } from '../protocol/region.ts';
import { sourceName } from '../realm/author-lines.ts';
import type { Realm } from '../realm/realm.ts';

/** The flag of Node without which there are no modules in contexts. */
export const debugFlag = '--experimental-vm-modules';

/** `prepare` is given the source that runs, and gives it back with what makes the debugger hold. */
export function debugThread(prepare: (code: string) => string): WorkerPool {
  return { serve: () => serve(prepare), close: async () => {} };
}

function serve(prepare: (code: string) => string): WorkerThread {
  const ended = Promise.withResolvers<ThreadEnd>();
  const cells = new Map<number, Promise<Realm>>();
  let onFrame: (frame: Uint8Array) => void = () => {};
  let last: Promise<void> = Promise.resolve();
  const handle = async (message: ToWorker): Promise<void> => {
    const [kind, id] = message;
    if (kind === 'open') cells.set(id, openRealm(message[2], prepare));
    else if (kind === 'close') cells.delete(id);
    else if (kind === 'ping') onFrame(encodeFrame([['pong', id]]));
    else onFrame(encodeFrame([['turn', message[2], id, await turn(await cells.get(id), message[3]), 0, 0]]));
  };
  return {
    pid: null,
    kill: null,
    isUnwatched: true,
    vitals: () => null,
    bytesMoved: () => 0,
    ended: ended.promise,
    channel: {
      // One after the other, as a thread does it.
      send: (frame) => {
        for (const message of decodeToWorker(Uint8Array.from(frame))) last = last.then(() => handle(message));
      },
      receive: (receiver) => {
        onFrame = receiver;
      },
      close: () => ended.resolve({ reason: 'worker', detail: 'the runner has let go of it' }),
    },
  };
}

async function turn(realm: Realm | undefined, text: string): Promise<string> {
  realm?.deliver(text);
  await new Promise((resolve) => setImmediate(resolve)); // Until then all microtasks have run.
  return realm?.take() ?? '';
}

async function openRealm(
  { code, methods, region, bounds }: CellSpec,
  prepare: (code: string) => string,
): Promise<Realm> {
  const context = vm.createContext();
  const source = createRealmSource();
  const modules = new Map<string, vm.SourceTextModule>();
  const load = (specifier: string, referrer?: string): vm.SourceTextModule => {
    const { specifier: url, code: text } = source(specifier, referrer);
    const module = modules.get(url) ?? new vm.SourceTextModule(text, { context, identifier: url });
    modules.set(url, module);
    return module;
  };
  const evaluated = async (url: string): Promise<object> => {
    const entry = load(url);
    await entry.link((specifier, { identifier }) => load(specifier, identifier));
    await entry.evaluate();
    return entry.namespace;
  };
  if (!isSameRegion(region, nativeRegion())) {
    const { useRegion } = (await evaluated(realmEntries.region)) as { useRegion(region: string): void };
    useRegion(JSON.stringify(region));
  }
  const entry = await evaluated(realmEntries.own);
  const script = new vm.Script(wrapped(prepare(code), [], [], null), { filename: sourceName, lineOffset: -2 });
  const { createRealm } = entry as { createRealm(setup: string, factory: unknown): Realm }; // What the entry exports.
  return createRealm(JSON.stringify({ methods, globals: [], isShared: false, bounds }), script.runInContext(context));
}
