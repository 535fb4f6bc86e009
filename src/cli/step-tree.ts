// A workflow's steps as a tree for the terminal: below each step what it schedules. A step is drawn out where it comes first.
import type { StepEdge, StepGraph } from '../workflow-report.ts';
import { terminalText } from './terminal-text.ts';

const nameMost = 60;
const linesMost = 200;

export function stepTree({ steps, edges }: StepGraph): string[] {
  const below = Map.groupBy(edges, ({ from }) => from);
  const drawn = new Set<string>(['start']);
  const lines = ['start'];
  const waiting = placed(below.get('start'), '').reverse();
  for (let next = waiting.pop(); next !== undefined && lines.length < linesMost; next = waiting.pop()) {
    const { edge, before, isLast } = next;
    const { to } = edge;
    const isAgain = to !== null && drawn.has(to);
    lines.push(`${before}${isLast ? '└─' : '├─'} ${sentence(edge)}${isAgain ? '  (see above)' : ''}`);
    if (to === null || isAgain) continue;
    drawn.add(to);
    waiting.push(...placed(below.get(to), `${before}${isLast ? '   ' : '│  '}`).reverse());
  }
  if (waiting.length > 0) lines.push('…');
  const hooks = steps.filter(({ kind }) => kind === 'hook').map(({ name }) => `${shown(name)}  when the run ends`);
  return [...lines, ...hooks];
}

interface Placed {
  readonly edge: StepEdge;
  readonly before: string;
  readonly isLast: boolean;
}

function placed(edges: readonly StepEdge[] = [], before: string): Placed[] {
  return edges.map((edge, index) => ({ edge, before, isLast: index === edges.length - 1 }));
}

function sentence({ to, isRepeated, delay }: StepEdge): string {
  const name = to === null ? '(which step turns out when it runs)' : shown(to);
  return `${name}${isRepeated ? '  for each' : ''}${delay === null ? '' : `  after ${shown(delay)}`}`;
}

function shown(text: string): string {
  return terminalText(text, nameMost);
}
