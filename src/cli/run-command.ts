// `stepwell run`: starts one run of one file, shows it, and says by its exit status how it ended.
import { skippingClock, systemClock } from '../clock.ts';
import { sqliteStore } from '../durable/sqlite-store.ts';
import { StepwellError } from '../errors.ts';
import type { StartOptions } from '../runner/options.ts';
import { createRunner } from '../runner/runner.ts';
import type { Runner } from '../runner/runner-api.ts';
import type { RunCommand } from './args.ts';
import { findingLine, readStart, shownFile } from './input.ts';
import { onInterruption } from './interruption.ts';
import { createJsonView } from './json-view.ts';
import { LiveView } from './live-view.ts';
import { PlainView } from './plain-view.ts';
import type { RunView } from './run-view.ts';
import type { Terminal } from './terminal.ts';
import { terminalText } from './terminal-text.ts';
import { WrongUse, wrongUse } from './wrong-use.ts';

/** What may wait for the view. Far more than usual: one reader of one run, which reads on all the time. */
const eventBounds = { eventsBuffered: 1_000_000, eventBytesBuffered: 2 ** 30 };

/** Returns the exit status. Throws {@link WrongUse} before anything has run. */
export async function runCommand(command: RunCommand, terminal: Terminal): Promise<number> {
  const start = await readStart(command, terminal.input);
  const runner = await createRunner({
    ...(command.workers === null ? {} : { workers: command.workers }),
    clock: command.skipDelays ? skippingClock() : systemClock(),
    limits: eventBounds,
    ...(command.store === null ? {} : { store: sqliteStore({ file: command.store }) }),
  });
  let view: RunView | null = null;
  let runId = command.runId;
  const interruption = onInterruption(() => {
    view?.close();
    terminal.err.write('Stopping. Once more ends it at once.\n');
    void runner.close();
  });
  try {
    await warn(runner, start, command.file, terminal);
    const run = await runner.start(start);
    runId = run.id;
    view = createView(command, terminal);
    if (view.followsEvents) for await (const event of run.events()) view.event(event);
    const outcome = await run.result();
    view.ended(outcome, run.logs());
    // A step that fails when it has scheduled others does not fail its run, and a hook never does; what it was to do is missing all the same.
    return outcome.status === 'completed' && outcome.failures.length === 0 ? 0 : 1;
  } catch (error) {
    if (interruption.exitStatus !== null) {
      if (command.store !== null && runId !== null) terminal.err.write(keptNotice(command, runId));
      return interruption.exitStatus;
    }
    throw error instanceof StepwellError ? refusal(error, command.file) : error;
  } finally {
    view?.close();
    interruption.release();
    await runner.close();
  }
}

/** What is hardly meant so in the workflow. It runs all the same, also if that cannot be found out. */
async function warn(
  runner: Runner,
  { tenant, workflow }: StartOptions,
  file: string,
  { err }: Terminal,
): Promise<void> {
  const report = await runner.check(workflow, { tenant }).catch((error: unknown) => {
    if (error instanceof StepwellError) return null;
    throw error;
  });
  if (report === null || !report.ok) return;
  for (const finding of report.warnings) err.write(`warning: ${findingLine(file, finding)}\n`);
}

function keptNotice({ store }: RunCommand, runId: string): string {
  return `The run is kept in ${shownFile(store ?? '')}. The same command with --run-id ${terminalText(runId)} goes on with it.\n`;
}

function createView({ json, file }: RunCommand, { isLive, out }: Terminal): RunView {
  if (json) return createJsonView(out);
  return isLive ? new LiveView(out, file) : new PlainView(out, file);
}

function refusal(error: StepwellError, file: string): WrongUse {
  const name = shownFile(file);
  if (error.code === 'WORKFLOW_CHECK_TIMED_OUT') return new WrongUse([`${name}: ${error.message} [${error.code}]`]);
  if (error.code !== 'WORKFLOW_INVALID') return wrongUse(`${terminalText(error.message)} [${error.code}]`);
  return new WrongUse(error.findings.map((finding) => findingLine(file, finding)));
}
