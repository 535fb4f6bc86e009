// `stepwell replay`: runs one recorded step again, offline, and says whether it does the same.
import { StoreView } from '../durable/store-view.ts';
import type { Op } from '../protocol/ops.ts';
import { type Recording, recordingOf } from '../replay/recording.ts';
import { type Replay, type ReplayedEnd, replay } from '../replay/replay.ts';
import { actionOf } from '../state/run-state.ts';
import type { ReplayCommand } from './args.ts';
import { plural } from './duration-text.ts';
import { jsonText } from './json-text.ts';
import { noSuchRun } from './stored-run.ts';
import { colorStyle, plainStyle, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { terminalJson, terminalText } from './terminal-text.ts';

const textMost = 200;

/** Returns the exit status: 0 if it did the same. Rejects with `STORE_…`, `STEP_NOT_RECORDED` and `HOST_START_FAILED`. */
export async function replayCommand(command: ReplayCommand, { out, err, isLive }: Terminal): Promise<number> {
  const { file, runId, ordinal, json } = command;
  const view = new StoreView(file);
  try {
    if ((await view.find(runId)) === null) {
      err.write(noSuchRun(file, runId));
      return 1;
    }
    const read = async () => {
      const stored = await view.find(runId);
      if (stored === null) throw new Error('A run is gone from a file that was read as it was.');
      return stored;
    };
    const recording = await recordingOf(read, ordinal);
    const result = await replay(recording);
    out.write(json ? jsonOf(recording, result) : textOf(recording, result, isLive ? colorStyle : plainStyle));
    return result.divergence === null ? 0 : 1;
  } finally {
    view.close();
  }
}

function jsonOf({ run, step, ops }: Recording, { divergence, recorded, replayed }: Replay): string {
  const of = { run: run.id, step: `step_${step.ordinal}`, action: actionOf(step), attempt: step.attempt };
  return `${terminalJson(jsonText({ ...of, ops: ops.length, identical: divergence === null, divergence, recorded, replayed }))}\n`;
}

function textOf({ run, step, ops }: Recording, { divergence, recorded, replayed }: Replay, style: Style): string {
  const name = `step_${step.ordinal} (${terminalText(actionOf(step), 60)}) of run ${terminalText(run.id)}`;
  const head = `${name}, attempt ${step.attempt}: ${plural(ops.length, 'op')} recorded`;
  if (divergence === null) {
    return `${head}\n${style.paint('good', `${style.signs.good}identical`)}: ${endText(recorded)}\n`;
  }
  const { position } = divergence;
  const isOp = divergence.recorded !== null || divergence.replayed !== null;
  const where = isOp ? `at op ${position + 1}` : 'at its end';
  const before = isOp ? opText(divergence.recorded, run.program.methods, recorded) : endText(recorded);
  const now = isOp ? opText(divergence.replayed, run.program.methods, replayed) : endText(replayed);
  const verdict = style.paint('bad', `${style.signs.bad}differs ${where}`);
  return `${head}\n${verdict}\n  recorded: ${before}\n  replayed: ${now}\n`;
}

/** What the step did there: an op, or its end. */
function opText(op: Op | null, methods: readonly string[], end: ReplayedEnd | null): string {
  if (op === null) return endText(end);
  const { kind, key, value, amount, method } = op;
  const details: Readonly<Record<string, string>> = {
    schedule: `${methods[method] ?? '?'} after ${amount / 1_000} s with ${value}`,
    increment: `${key} by ${amount}`,
    sleep: `${amount} ms`,
  };
  return terminalText(`${kind} ${details[kind] ?? `${key} ${value}`}`.trim(), textMost);
}

function endText(end: ReplayedEnd | null): string {
  if (end === null) return 'it waits for what never comes';
  if (end.kind === 'completed')
    return end.output === null ? 'completed' : terminalText(`completed with ${end.output}`, textMost);
  const { error } = end;
  return error === null
    ? 'failed'
    : terminalText(`failed with ${error.code}: ${error.name}: ${error.message}`, textMost);
}
