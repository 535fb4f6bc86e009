// `stepwell replay`: runs one recorded step again, offline, and says whether it does the same.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import inspector from 'node:inspector';
import { StoreView } from '../durable/store-view.ts';
import type { Op } from '../protocol/ops.ts';
import { debugFlag, debugThread } from '../replay/debug-thread.ts';
import { heldAt } from '../replay/held.ts';
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
  const { file, runId, ordinal, json, inspectPort } = command;
  if (inspectPort !== null && !process.execArgv.includes(debugFlag)) return again();
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
    const result = inspectPort === null ? await replay(recording) : await inspected(recording, inspectPort);
    out.write(json ? jsonOf(recording, result) : textOf(recording, result, isLive ? colorStyle : plainStyle));
    return result.divergence === null ? 0 : 1;
  } finally {
    view.close();
  }
}

/** Waits for a debugger, and then for whoever sits at it. The process ends when the debugger has gone. */
function inspected(recording: Recording, port: number): Promise<Replay> {
  const action = actionOf(recording.step);
  inspector.open(port, '127.0.0.1'); // Says on stderr where it listens.
  inspector.waitForDebugger();
  return replay(
    recording,
    debugThread((code) => heldAt(code, action)),
  );
}

/** The same command once more, by a Node that has what a debugger's replay needs. */
async function again(): Promise<number> {
  const args = ['--no-warnings', debugFlag, ...process.argv.slice(1)];
  const [status] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
  return typeof status === 'number' ? status : 1;
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
