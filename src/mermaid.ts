// A workflow's steps as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), for pages and for reviews.
import type { StepEdge, StepGraph } from './workflow-report.ts';

const anyStep = 'any';

/** Names are the author's and may be any text: none of them can be more than a label. */
export function mermaidOf({ steps, edges }: StepGraph): string {
  const ids = new Map(steps.map(({ name }, index) => [name, `s${index}`]));
  const idOf = (name: string | null): string => (name === null ? anyStep : (ids.get(name) ?? anyStep));
  const lines = steps.map(({ name, kind }) => {
    const [open, close] = kind === 'step' ? ['[', ']'] : ['([', '])'];
    return `  ${idOf(name)}${open}"${label(name)}"${close}`;
  });
  if (edges.some(({ to }) => idOf(to) === anyStep)) lines.push(`  ${anyStep}["(another step)"]`);
  return `${['flowchart TD', ...lines, ...edges.map((edge) => `  ${arrowOf(edge, idOf)}`)].join('\n')}\n`;
}

function arrowOf({ from, to, isRepeated, delay }: StepEdge, idOf: (name: string | null) => string): string {
  const notes = [...(isRepeated ? ['each'] : []), ...(delay === null ? [] : [`after ${delay}`])];
  const note = notes.length === 0 ? '' : `|"${label(notes.join(', '))}"|`;
  return `${idOf(from)} -->${note} ${idOf(to)}`;
}

/** All but letters, digits and a few harmless signs become Mermaid's own escapes. */
function label(text: string): string {
  return text.slice(0, 100).replace(/[^\p{L}\p{N} _$.,()-]/gu, (character) => `#${character.codePointAt(0)};`);
}
