// A workflow is checked as a module and runs as a function body. Here is what makes the one into the other: imports are
// refused, and `export` is blanked by as many spaces, so that every line and column stays the author's.
import type { Fault } from './finding.ts';
import type { Program } from './parse.ts';

/** A range of the text that gives way to spaces, behind what it begins with from now on. */
export interface Blank {
  readonly start: number;
  readonly end: number;
  readonly text: '' | ';' | `class ${string}`;
}

export interface Exports {
  readonly blanks: readonly Blank[];
  readonly faults: readonly Fault[];
  /** The variable that a default export without a name has become; null if there is none. */
  readonly defaultName: string | null;
}

/** Names for a class without one. With `class` before them they are as long as `export default`. */
const classNames: readonly string[] = ['Workflow', 'Exported', 'Default_'];
// Without the semicolon, the statements on both sides of a vanished one could become one expression.
const endOfStatement = ';';

export function readExports(program: Program, text: string): Exports {
  let defaultName: string | null = null;
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
        else if (node.declaration) blanks.push({ start: node.start, end: node.declaration.start, text: '' });
        else blanks.push({ start: node.start, end: node.end, text: endOfStatement });
        break;
      case 'ExportDefaultDeclaration': {
        const exported = node.declaration;
        const isDeclaration = exported.type === 'ClassDeclaration' || exported.type === 'FunctionDeclaration';
        if (isDeclaration && exported.id) blanks.push({ start: node.start, end: exported.start, text: '' });
        else if (exported.type === 'Identifier')
          blanks.push({ start: node.start, end: node.end, text: endOfStatement });
        else if (exported.type === 'ClassDeclaration' && text.startsWith('export default ', node.start)) {
          defaultName = classNames.find((name) => !text.includes(name)) ?? null;
          if (defaultName === null) faults.push(exportFault(node.start));
          else blanks.push({ start: node.start, end: exported.start + 'class'.length, text: `class ${defaultName}` });
        } else faults.push(exportFault(node.start));
        break;
      }
    }
  }
  return { blanks, faults, defaultName };
}

/** The text with its blanks made. `blanks` are in source order and do not overlap. */
export function blankOut(text: string, blanks: readonly Blank[]): string {
  const pieces: string[] = [];
  let end = 0;
  for (const blank of blanks) {
    const spaces = text.slice(blank.start, blank.end).replace(/[^\n\r\u2028\u2029]/g, ' ');
    pieces.push(text.slice(end, blank.start), blank.text + spaces.slice(blank.text.length));
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
