// `stepwell show`: what has happened in one run of a store's file.
import { StoreView } from '../durable/store-view.ts';
import { parsed } from '../runner/divided-json.ts';
import type { RunEvent } from '../state/events.ts';
import { writtenOut } from '../state/list-snapshot.ts';
import type { RunState } from '../state/run-state.ts';
import type { ShowCommand } from './args.ts';
import { momentText, plural } from './duration-text.ts';
import { jsonText } from './json-text.ts';
import { LogLines } from './log-lines.ts';
import { noSuchRun, type RunReport, readRun } from './stored-run.ts';
import { colorStyle, plainStyle, type Style } from './style.ts';
import { indented, storeLines, summaryLines } from './summary.ts';
import type { Terminal } from './terminal.ts';
import { terminalJson, terminalText } from './terminal-text.ts';
import { Timeline } from './timeline.ts';

/** Inside the sandbox, and so in the file, every source has this name. */
const sourceName = 'workflow.js';

/** Returns the exit status. Rejects with `STORE_…`. */
export async function showCommand({ file, runId, json }: ShowCommand, { out, err, isLive }: Terminal): Promise<number> {
  const view = new StoreView(file);
  try {
    const stored = await view.find(runId);
    if (stored === null) {
      err.write(noSuchRun(file, runId));
      return 1;
    }
    const events: RunEvent[] = [];
    const timeline = new Timeline();
    const { run, report } = await readRun(stored, (event) => (json ? events.push(event) : timeline.add(event)));
    const text = json
      ? terminalJson(jsonText({ ...report, events }))
      : textOf(run, report, timeline, isLive ? colorStyle : plainStyle);
    out.write(`${text}\n`);
    return 0;
  } finally {
    view.close();
  }
}

function textOf(run: RunState, report: RunReport, timeline: Timeline, style: Style): string {
  const { id, tenant, workflow, createdAt, outcome } = report;
  return [
    style.paint('strong', `run ${terminalText(id)} of tenant ${terminalText(tenant)}`),
    `started ${momentText(createdAt)} UTC, workflow ${workflow.slice(0, 12)}`,
    '',
    ...timeline.lines(style),
    '',
    ...logLines(report, style),
    ...(outcome === null ? openLines(run, style) : summaryLines(outcome, { style, file: sourceName })),
  ].join('\n');
}

function logLines({ logs }: RunReport, style: Style): string[] {
  if (logs.length === 0) return [];
  const log = new LogLines(style);
  const lines = logs.flatMap((line) => log.of(line));
  const notice = log.notice();
  return [style.paint('strong', 'Log'), ...indented(lines), ...(notice === null ? [] : [notice]), ''];
}

function openLines({ counts, isPaused, store }: RunState, style: Style): string[] {
  const values: Record<string, unknown> = Object.create(null);
  for (const [key, value] of store.entries()) values[String(parsed(key))] = parsed(writtenOut(value));
  const { armed, completed, failed } = counts;
  return [
    style.paint('busy', `${style.signs.busy}open${isPaused ? ', paused' : ''}`),
    '',
    style.paint('strong', 'Store'),
    ...indented(storeLines(values)),
    '',
    `${style.paint('strong', 'Steps')}  ${plural(armed, 'step')} armed, ${completed} completed, ${failed} failed`,
  ];
}
