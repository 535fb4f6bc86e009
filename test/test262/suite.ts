// Runs tests one after the other, each in all three realms, and tells of each what came of it.
import { setImmediate } from 'node:timers/promises';
import type { Checkout } from './checkout.ts';
import { isForWorkflows, isOfAbsent, isRight, metadataOf } from './metadata.ts';
import { programOf } from './program.ts';
import { type Ending, type Passed, type RealmName, Realms } from './realms.ts';

export type Outcome =
  | { readonly kind: 'run'; readonly path: string; readonly passed: Passed; readonly endings: Endings }
  /** A workflow is a strict function: a module, or code that is not strict, is none. */
  | { readonly kind: 'other_code'; readonly path: string }
  /** Of what no realm has: see docs/conformance.md. */
  | { readonly kind: 'absent'; readonly path: string }
  /** Not a file of test262, or one that cannot be read. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string };

export type Ran = Extract<Outcome, { kind: 'run' }>;
export type Endings = { readonly [Name in RealmName]: Ending };

/** Ends before the next test once the signal is aborted: what has run until then is the result. */
export async function runTests(
  checkout: Pick<Checkout, 'test' | 'harness'>,
  paths: readonly string[],
  signal: AbortSignal,
  onTest: (count: number) => void = () => {},
): Promise<readonly Outcome[]> {
  const realms = { plain: new Realms('plain'), realm: new Realms('realm'), context: new Realms('context') };
  const outcomes: Outcome[] = [];
  try {
    for (const path of paths) {
      await setImmediate(); // A signal of the process arrives between turns of the event loop.
      if (signal.aborted) break;
      outcomes.push(outcomeOf(checkout, path, realms));
      onTest(outcomes.length);
    }
  } finally {
    for (const each of Object.values(realms)) each.close();
  }
  return outcomes;
}

function outcomeOf(
  { test, harness }: Pick<Checkout, 'test' | 'harness'>,
  path: string,
  realms: { readonly [Name in RealmName]: Realms },
): Outcome {
  try {
    const text = test(path);
    const metadata = metadataOf(text);
    if (metadata === null) return { kind: 'unreadable', path, reason: 'It has no `/*---` comment, so it is no test.' };
    if (!isForWorkflows(metadata)) return { kind: 'other_code', path };
    if (isOfAbsent(metadata)) return { kind: 'absent', path };
    const program = programOf(text, metadata, harness);
    const endings = {
      plain: realms.plain.run(program),
      realm: realms.realm.run(program),
      context: realms.context.run(program),
    };
    const passed = {
      plain: isRight(endings.plain, metadata),
      realm: isRight(endings.realm, metadata),
      context: isRight(endings.context, metadata),
    };
    return { kind: 'run', path, passed, endings };
  } catch (error) {
    return { kind: 'unreadable', path, reason: (error as Error).message };
  }
}
