// `stepwell store check` and `stepwell store export`: all that a store's file holds is read, run by run.
import { systemClock } from '../clock.ts';
import { StoreView } from '../durable/store-view.ts';
import { StepwellError } from '../errors.ts';
import type { ListedRun } from '../state/backend.ts';
import type { StoreCommand } from './args.ts';
import { countText, plural } from './duration-text.ts';
import { jsonText } from './json-text.ts';
import { type RunReport, readRun } from './stored-run.ts';
import type { Terminal } from './terminal.ts';
import { terminalJson, terminalText } from './terminal-text.ts';

const pageCount = 1_000;
const faultsMost = 100;
const progressMs = 5_000;

/** Returns the exit status. Rejects with `STORE_…` for a file that cannot be opened. */
export async function storeCommand({ kind, file }: StoreCommand, terminal: Terminal): Promise<number> {
  const view = new StoreView(file);
  try {
    return kind === 'store check' ? await check(view, file, terminal) : await exportAll(view, terminal);
  } finally {
    view.close();
  }
}

async function check(view: StoreView, file: string, terminal: Terminal): Promise<number> {
  const faults = view.faults();
  let [runs, open] = [0, 0];
  if (faults.length === 0) {
    faults.push(...(faultOf(() => view.tenants()) ?? []));
    for await (const { listed, report, fault } of readAll(view, terminal)) {
      runs++;
      if (listed.status === 'open') open++;
      const wrong = fault ?? contradiction(listed, report);
      if (wrong !== null) faults.push(`run ${JSON.stringify(listed.id)}: ${wrong}`);
      if (faults.length >= faultsMost) break;
    }
  }
  for (const fault of faults.slice(0, faultsMost)) terminal.out.write(`${terminalText(fault)}\n`);
  const said = faults.length === 0 ? 'no faults' : plural(faults.length, 'fault');
  const hasAll = faults.length < faultsMost ? '' : ', and it was read no further';
  terminal.out.write(
    `${terminalText(file)}: ${plural(runs, 'run')}, ${countText(open)} of them open: ${said}${hasAll}\n`,
  );
  return faults.length === 0 ? 0 : 1;
}

function faultOf(read: () => unknown): string[] | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!(error instanceof StepwellError)) throw error;
    return [error.message];
  }
}

/** A run as its row has it, against the one that its ledger makes. */
function contradiction({ status, endedAt, steps }: ListedRun, report: RunReport | null): string | null {
  if (report === null) return null;
  if (status !== report.status || endedAt !== report.endedAt) {
    return `is listed as ${status}, and its ledger says ${report.status}`;
  }
  if (report.outcome === null || JSON.stringify(report.outcome.steps) === JSON.stringify(steps)) return null;
  return 'has other counts of steps in the list than in its ledger';
}

/** A line for each tenant, source and run. What cannot be read is a line that says so. */
async function exportAll(view: StoreView, terminal: Terminal): Promise<number> {
  const { out } = terminal;
  const write = async (line: object): Promise<void> => {
    out.write(`${terminalJson(jsonText(line))}\n`);
    await out.drained();
  };
  let faults = 0;
  for (const tenant of view.tenants()) await write({ kind: 'tenant', ...tenant });
  for (const { hash, code } of view.programs()) await write({ kind: 'workflow', hash, code });
  for await (const { listed, report, fault } of readAll(view, terminal)) {
    if (out.isClosed) break;
    if (fault !== null) faults++;
    await write(fault === null ? { kind: 'run', ...report } : { kind: 'fault', run: listed.id, fault });
  }
  if (faults > 0) terminal.err.write(`stepwell: ${plural(faults, 'run')} could not be read.\n`);
  return faults === 0 ? 0 : 1;
}

interface Read {
  readonly listed: ListedRun;
  readonly report: RunReport | null;
  readonly fault: string | null;
}

/** All runs, newest first. */
async function* readAll(view: StoreView, { err, isLive }: Terminal): AsyncGenerator<Read> {
  const clock = systemClock();
  let [read, toldAt] = [0, clock.now()];
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const page = await view.list({ tenant: null, status: null, before, count: pageCount });
    for (const listed of page) {
      yield { listed, ...(await reported(view, listed.id)) };
      read++;
      if (!isLive || clock.now() - toldAt < progressMs) continue;
      toldAt = clock.now();
      err.write(`${plural(read, 'run')} read\n`);
    }
    const last = page.at(-1);
    if (last === undefined) return;
    before = last.number;
  }
}

async function reported(view: StoreView, runId: string): Promise<Pick<Read, 'report' | 'fault'>> {
  try {
    const stored = await view.find(runId);
    if (stored === null) return { report: null, fault: 'its source is missing' };
    return { report: (await readRun(stored)).report, fault: null };
  } catch (error) {
    if (!(error instanceof StepwellError)) throw error;
    return { report: null, fault: error.message };
  }
}
