// `stepwell check`: says of a workflow's file all that can be said without running it.

import type { Finding } from '../errors.ts';
import { mermaidOf } from '../mermaid.ts';
import { checkWorkflow } from '../runner/check-workflow.ts';
import type { WorkflowReport } from '../workflow-report.ts';
import type { CheckCommand } from './args.ts';
import { findingLine, readSource, shownFile } from './input.ts';
import { stepTree } from './step-tree.ts';
import { colorStyle, plainStyle, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { terminalJson } from './terminal-text.ts';

/** Returns the exit status. Throws {@link WrongUse} for a file that cannot be read. */
export async function checkCommand(command: CheckCommand, { out, isLive }: Terminal): Promise<number> {
  const report = await checkWorkflow(await readSource(command.file));
  const style = isLive ? colorStyle : plainStyle;
  switch (command.format) {
    case 'json':
      out.write(`${terminalJson(JSON.stringify(report))}\n`);
      break;
    case 'mermaid':
      out.write(report.graph === null ? '' : mermaidOf(report.graph));
      break;
    case 'text':
      out.write(`${linesOf(report, command.file, style).join('\n')}\n`);
  }
  const isGood = report.ok && (!command.strict || report.warnings.length === 0);
  return isGood ? 0 : 1;
}

function linesOf({ ok, errors, warnings, graph }: WorkflowReport, file: string, style: Style): string[] {
  const { signs } = style;
  const told = (finding: Finding, kind: 'error' | 'warning'): string =>
    `${style.paint(kind === 'error' ? 'bad' : 'warning', `${kind}:`)} ${findingLine(file, finding)}`;
  const counts = [counted(errors.length, 'error'), counted(warnings.length, 'warning')].filter((text) => text !== '');
  const verdict = ok ? style.paint('good', `${signs.good}can run`) : style.paint('bad', `${signs.bad}cannot run`);
  return [
    ...(graph === null ? [] : [...stepTree(graph), '']),
    ...errors.map((finding) => told(finding, 'error')),
    ...warnings.map((finding) => told(finding, 'warning')),
    `${shownFile(file)}: ${verdict}${counts.length === 0 ? '' : `, ${counts.join(', ')}`}`,
  ];
}

function counted(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
