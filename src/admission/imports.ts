// Imports that refuse no source: those of types, of which nothing is left, and `import()`, which fails when it is called and not before. Packages
// have it in code that is for other places and never runs.
import { type Blank, importFault } from './exports.ts';
import type { Fault } from './finding.ts';
import type { ExportNamedDeclaration, ImportDeclaration, ImportExpression, Program } from './parse.ts';
import { placesOf } from './places.ts';
import { resolveNames } from './scopes.ts';

type ImportOrExport = ImportDeclaration | ExportNamedDeclaration;

/**
 * Of a source whose types have been erased: whether all that an import brings is used as types, and an `export … from` has nothing left.
 * `text`: with its types; `code`: without, each at its place.
 */
export function typeOnly(program: Program, text: string, code: string): (node: ImportOrExport) => boolean {
  const { bindingOf } = resolveNames(placesOf(program, null));
  const ofTypes = new Set(erased(text, code).match(/[\p{ID_Continue}$]+/gu));
  return (node) => {
    if (node.type === 'ExportNamedDeclaration') return node.specifiers.length === 0;
    // Nothing is left of `import { type A } from 'x'` but its braces. `import 'x'` has none.
    if (node.specifiers.length === 0) return text.slice(node.start, node.end) !== code.slice(node.start, node.end);
    return node.specifiers.every(
      ({ local }) => ofTypes.has(local.name) && bindingOf.get(local)?.references.length === 0,
    );
  };
}

/** What the eraser took out, with spaces for all else. */
function erased(text: string, code: string): string {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at++) pieces.push(text[at] === code[at] ? ' ' : (text[at] ?? ''));
  return pieces.join('');
}

export interface ReplacedImports {
  /** `import`, replaced by the name of a function, as long as itself. */
  readonly blanks: readonly Blank[];
  /** That function, for the end of the source. */
  readonly added: string;
  readonly faults: readonly Fault[];
}

const names: readonly string[] = ['$imprt', '_imprt', 'imprt_', 'imprt$'];

export function replaceImports(imports: readonly ImportExpression[], text: string): ReplacedImports {
  if (imports.length === 0) return { blanks: [], added: '', faults: [] };
  const name = names.find((candidate) => !text.includes(candidate));
  if (name === undefined) return { blanks: [], added: '', faults: imports.map(({ start }) => importFault(start)) };
  const blanks = imports.map(({ start }) => ({ start, end: start + name.length, text: name }));
  return { blanks, added: addedFor(name), faults: [] };
}

/** What {@link replaceImports} has made of code: without the function at its end, and that function's name, empty if there is none. */
export function withoutReplaced(code: string): { readonly code: string; readonly name: string } {
  for (const name of names) {
    const added = addedFor(name);
    if (code.endsWith(added)) return { code: code.slice(0, -added.length), name };
  }
  return { code, name: '' };
}

function addedFor(name: string): string {
  return `\n;${functionNamed(name)}`;
}

/** In one line. It takes nothing from the source around it but the built-ins. */
function functionNamed(name: string): string {
  const message =
    'A workflow is one source text: `import()` cannot load anything. Bundle what it needs into the source.';
  return `async function ${name}() { throw Object.assign(new Error(${JSON.stringify(message)}), { code: 'IMPORT_NOT_ALLOWED' }); }`;
}
