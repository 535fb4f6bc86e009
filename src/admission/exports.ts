// A workflow is checked as a module and runs as a function body. Here is what makes the one into the other: imports are
// refused, but for those of types, and `export` is blanked by as many spaces, so that every line and column stays the author's.
import type { Fault } from './finding.ts';
import type { ExportNamedDeclaration, ImportDeclaration, Program } from './parse.ts';

type ImportOrExport = ImportDeclaration | ExportNamedDeclaration;

/** A range of the text that gives way to spaces, behind what it begins with from now on. */
export interface Blank {
  readonly start: number;
  readonly end: number;
  readonly text: string;
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

/** `isTypeOnly`: whether nothing is left of an import, or of an `export … from`, once types have been erased. */
export function readExports(
  program: Program,
  text: string,
  isTypeOnly: (node: ImportOrExport) => boolean = () => false,
): Exports {
  let defaultName: string | null = null;
  const blanks: Blank[] = [];
  const faults: Fault[] = [];
  for (const node of program.body) {
    switch (node.type) {
      case 'ImportDeclaration':
        if (isTypeOnly(node)) blanks.push({ start: node.start, end: node.end, text: endOfStatement });
        else faults.push(importFault(node.start));
        break;
      case 'ExportAllDeclaration':
        faults.push(importFault(node.start));
        break;
      case 'ExportNamedDeclaration':
        if (node.source && isTypeOnly(node)) blanks.push({ start: node.start, end: node.end, text: endOfStatement });
        else if (node.source) faults.push(importFault(node.start));
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

/** The text with its blanks made. `blanks` do not overlap. */
export function blankOut(text: string, blanks: readonly Blank[]): string {
  const pieces: string[] = [];
  let end = 0;
  for (const blank of blanks.toSorted((a, b) => a.start - b.start)) {
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
      'A workflow is one source text: it cannot import, nor export from elsewhere. Bundle what it needs into this source (`format: "esm"`), or write `import type` for types.',
    offset,
  };
}

export function importMetaFault(offset: number): Fault {
  const message =
    'A workflow is one source text without an address: there is no `import.meta`. Remove it, or let the bundler replace it.';
  return { code: 'IMPORT_NOT_ALLOWED', message, offset };
}

function exportFault(offset: number): Fault {
  return {
    code: 'EXPORT_NOT_ALLOWED',
    message:
      'Only a class or a named function can be the default export here. Write `export default class Workflow { … }`.',
    offset,
  };
}
