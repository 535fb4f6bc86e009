// `stepwell runs`: the runs that a store's file holds, a page at a time.
import { StoreView } from '../durable/store-view.ts';
import type { ListedRun } from '../state/backend.ts';
import type { RunsCommand } from './args.ts';
import { countText, durationText, momentText } from './duration-text.ts';
import { jsonText } from './json-text.ts';
import { colorStyle, plainStyle, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { terminalJson, terminalText } from './terminal-text.ts';

const tenantWidth = 16;
const messageMost = 100;

/** Returns the exit status. Rejects with `STORE_…`. */
export async function runsCommand(command: RunsCommand, { out, isLive }: Terminal): Promise<number> {
  const { file, tenant, status, after, count, json } = command;
  const view = new StoreView(file);
  try {
    const query = { tenant, status, before: after ?? Number.MAX_SAFE_INTEGER, count: count + 1 };
    const found = await view.list(query);
    const runs = found.slice(0, count);
    const next = found.length > count ? String(runs.at(-1)?.number) : null;
    const text = json
      ? terminalJson(jsonText({ runs: runs.map(({ number: _, ...run }) => run), next }))
      : tableOf(runs, next, isLive ? colorStyle : plainStyle);
    out.write(`${text}\n`);
    return 0;
  } finally {
    view.close();
  }
}

function tableOf(runs: readonly ListedRun[], next: string | null, style: Style): string {
  if (runs.length === 0) return 'no runs';
  const head = `${'started (UTC)'.padEnd(19)}  ${'took'.padStart(11)}  ${'steps'.padStart(13)}  ${'status'.padEnd(9)}  ${'tenant'.padEnd(tenantWidth)}  run`;
  const more = next === null ? [] : ['', `More: the same command with --after ${next}.`];
  return [style.paint('dim', head), ...runs.flatMap((run) => linesOf(run, style)), ...more].join('\n');
}

function linesOf({ id, tenant, status, createdAt, endedAt, steps, error }: ListedRun, style: Style): string[] {
  const took = endedAt === null ? '' : durationText(endedAt - createdAt);
  const ended = steps === null ? '' : `${countText(steps.completed)} of ${countText(steps.armed)}`;
  const tone = { open: 'busy', completed: 'good', failed: 'bad', cancelled: 'warning' } as const;
  const shownStatus = style.paint(tone[status], status.padEnd(9));
  const shownTenant = terminalText(tenant, tenantWidth).padEnd(tenantWidth);
  const line = `${momentText(createdAt)}  ${took.padStart(11)}  ${ended.padStart(13)}  ${shownStatus}  ${shownTenant}  ${terminalText(id)}`;
  if (error === null) return [line];
  const why = `${error.code} in ${terminalText(error.action, 40)}: ${terminalText(error.message, messageMost)}`;
  return [line, style.paint('dim', `${' '.repeat(21)}${why}`)];
}
