// The text of every stack in a realm. V8 asks for it when a stack is read for the first time; here it is what V8 would write, without the lines
// of the runner. isolated-vm reads the stack of a rejection that nobody has handled, and tells no more of it than that and its message: so the
// errors whose stacks were read in a turn are kept until the turn is over, and the one that was rejected is told of in full.
import { isFrameOf, runnerName } from './author-lines.ts';
import { bareList, defineHidden, getOwnPropertyDescriptor, isError, reflectGet, uncurryThis } from './primordials.ts';
import { rejectedJson } from './thrown.ts';

type SiteText = (site: unknown) => string;

/** Of a turn, the last ones. */
const keptMost = 8;
const kept = bareList<object>();
let count = 0;

/** `EngineError`: what V8 itself has as Error in this context. Before any code of a tenant. */
export function writeStacksOf(EngineError: ErrorConstructor): void {
  const siteText = siteTextOf(EngineError);
  function prepareStackTrace(error: object, sites: ArrayLike<unknown>): string {
    kept[count++ % keptMost] = error;
    let stack = headOf(error);
    for (let index = 0; index < sites.length; index++) {
      const frame = `at ${siteText(sites[index])}`;
      if (!isFrameOf(frame, runnerName)) stack += `\n    ${frame}`;
    }
    return stack;
  }
  defineHidden(EngineError, 'prepareStackTrace', prepareStackTrace);
}

/** V8 hands out its sites here only. */
function siteTextOf(EngineError: ErrorConstructor): SiteText {
  let text: SiteText | undefined;
  const before = EngineError.prepareStackTrace;
  EngineError.prepareStackTrace = (_, sites) => {
    text = uncurryThis(sites[0]?.toString as () => string);
    return '';
  };
  const { stack } = new EngineError();
  EngineError.prepareStackTrace = before;
  if (text === undefined) throw new EngineError(`The engine writes stacks by itself: ${stack}`);
  return text;
}

/** As V8 has it, which asks no accessor for the message of an error: one that hangs would do so twice, once for isolated-vm and once for this. */
function headOf(error: object): string {
  try {
    const name: unknown = reflectGet(error, 'name');
    const message: unknown = isError(error) ? ownData(error, 'message') : reflectGet(error, 'message');
    const named = name === undefined ? 'Error' : `${name}`;
    const said = message === undefined ? '' : `${message}`;
    return named === '' || said === '' ? named + said : `${named}: ${said}`;
  } catch {
    return '<error>'; // A getter of the tenant's has thrown.
  }
}

function ownData(error: object, key: PropertyKey): unknown {
  const value: unknown = getOwnPropertyDescriptor(error, key)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** What the rejection of an error with this message says besides that, as JSON. Empty if no such error was kept. */
export function rejectionOf(message: string): string {
  for (let back = 1; back <= keptMost && back <= count; back++) {
    const error = kept[(count - back) % keptMost];
    if (error !== undefined && isError(error) && hasMessage(error, message)) return rejectedJson(error);
  }
  return '';
}

function hasMessage(error: object, message: string): boolean {
  try {
    return reflectGet(error, 'message') === message;
  } catch {
    return false; // It cannot be the one: its message was read.
  }
}

/** The turn is over. */
export function forgetErrors(): void {
  kept.length = 0;
  count = 0;
}
