// Why a cell was lost, from what the call that entered it has thrown. The words of an error are not to be believed alone:
// those of an unhandled rejection are the tenant's.
import type { LossReason } from '../protocol/frames.ts';
import { stackMark } from '../protocol/records.ts';
import { sourceName } from '../realm/author-lines.ts';
import { Overrun } from './watchdog.ts';

export interface Loss {
  readonly reason: LossReason;
  /** Of `cpu`: the author's lines that ran then, as far as known. Of `rejection`: what the promise was rejected with. */
  readonly detail: string;
}

/** What isolated-vm says in the place of an object that has neither a message nor a stack. */
const ofObject =
  'An object was thrown from supplied code within isolated-vm, but that object was not an instance of `Error`.';

const rejectionLimit = 4_096;
const framesLimit = 1_024;
/** Ten frames need less; a tenant that names its functions by the megabyte gets none. */
const stackLimit = 16_384;

/** isolated-vm disposes an isolate that has used up its memory, and its timer does not end a turn before its time. */
export function lossOf(error: unknown, isDisposed: boolean, isLate: boolean): Loss {
  if (error instanceof Overrun) return { reason: 'cpu', detail: '' };
  if (isDisposed) return { reason: 'memory', detail: '' };
  if (!(error instanceof Error)) return { reason: 'rejection', detail: `Error: ${error}`.slice(0, rejectionLimit) };
  const { name } = error;
  const message = error.message === ofObject ? 'an object that is no error' : error.message;
  if (isLate && message === 'Script execution timed out.') return { reason: 'cpu', detail: authorFrames(error.stack) };
  const frames = framesIn(error.stack ?? '');
  const said = `${name}: ${message}`.slice(0, rejectionLimit);
  return { reason: 'rejection', detail: frames === '' ? said : said + stackMark + frames };
}

/** What isolated-vm writes between the frames of an isolate and those of its caller, which are nobody's business. */
const boundary = '(<isolated-vm boundary>)';
const authorFrame = new RegExp(`^at (.* \\()?${sourceName.replace('.', '\\.')}:\\d+:\\d+\\)?$`);

/** The frames that lie in the author's source, one a line, as the stacks of thrown errors have them. */
function authorFrames(stack = ''): string {
  const [inside = '', ...outside] = stack.slice(0, stackLimit).split(boundary);
  return outside.length === 0 ? '' : framesIn(inside);
}

function framesIn(stack: string): string {
  let frames = '';
  for (const line of stack
    .slice(0, stackLimit)
    .split('\n')
    .map((text) => text.trim())) {
    if (!authorFrame.test(line)) continue;
    if (frames.length + line.length >= framesLimit) break;
    frames += frames === '' ? line : `\n${line}`;
  }
  return frames;
}
