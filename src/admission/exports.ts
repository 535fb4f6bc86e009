// A workflow is checked as a module and runs as a function body. Here is what makes the one into the other: imports are
// refused, and `export` is blanked by as many spaces, so that every line and column stays the author's.
import type { Fault } from './finding.ts';
import type { Program } from './parse.ts';

/** A range of the text that gives way to spaces. `statement`: a whole statement goes, and its end must stay an end. */
export interface Blank {
  readonly start: number;
  readonly end: number;
  readonly statement: boolean;
}

export interface Exports {
  readonly blanks: readonly Blank[];
  readonly faults: readonly Fault[];
}

export function readExports(program: Program): Exports {
  const blanks: Blank[] = [];
  const faults: Fault[] = [];
  for (const node of program.body) {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        faults.push(importFault(node.start));
        break;
      case 'ExportNamedDeclaration':
        if (node.source) faults.push(importFault(node.start));
        else if (node.declaration) blanks.push({ start: node.start, end: node.declaration.start, statement: false });
        else blanks.push({ start: node.start, end: node.end, statement: true });
        break;
      case 'ExportDefaultDeclaration': {
        const exported = node.declaration;
        const isDeclaration = exported.type === 'ClassDeclaration' || exported.type === 'FunctionDeclaration';
        if (isDeclaration && exported.id) blanks.push({ start: node.start, end: exported.start, statement: false });
        else if (exported.type === 'Identifier') blanks.push({ start: node.start, end: node.end, statement: true });
        else faults.push(exportFault(node.start));
        break;
      }
    }
  }
  return { blanks, faults };
}

/** The text with its blanks made. `blanks` are in source order and do not overlap. */
export function blankOut(text: string, blanks: readonly Blank[]): string {
  const pieces: string[] = [];
  let end = 0;
  for (const blank of blanks) {
    const spaces = text.slice(blank.start, blank.end).replace(/[^\n\r\u2028\u2029]/g, ' ');
    // Without the semicolon, the statements on both sides of a vanished one could become one expression.
    pieces.push(text.slice(end, blank.start), blank.statement ? `;${spaces.slice(1)}` : spaces);
    end = blank.end;
  }
  pieces.push(text.slice(end));
  return pieces.join('');
}

export function importFault(offset: number): Fault {
  return {
    code: 'IMPORT_NOT_ALLOWED',
    message:
      'A workflow is one source text: `import`, `import()`, `import.meta` and `export … from` are not allowed. Put the code into this source.',
    offset,
  };
}

function exportFault(offset: number): Fault {
  return {
    code: 'EXPORT_NOT_ALLOWED',
    message: 'Only a named class or function can be the default export. Write `export default class Workflow { … }`.',
    offset,
  };
}
