// Decides whether a source may become a workflow, by reading it: nothing of it runs. What is accepted means the same as
// a module and as the body of a strict function, for that is how it will run.
import type { Finding } from '../errors.ts';
import { withExport } from '../protocol/exported-name.ts';
import { commonJsFaults } from './common-js.ts';
import { isDeclaredAtTop } from './exported-class.ts';
import { blankOut, readExports } from './exports.ts';
import { type Fault, locateFaults, tooNested } from './finding.ts';
import { identifiersOf } from './identifiers.ts';
import { replaceImports, typeOnly } from './imports.ts';
import { type Parsed, type Program, parseModule } from './parse.ts';
import { checkScheduleCall } from './schedule-literals.ts';
import { sharedFunctionsOf } from './stateless.ts';
import { type EraseTypes, eraseTypes } from './type-eraser.ts';
import { walkProgram } from './walk.ts';
import { readWorkflowClass, type WorkflowClass } from './workflow-class.ts';

export type CheckResult =
  | { readonly ok: true; readonly program: CheckedProgram }
  | { readonly ok: false; readonly findings: readonly Finding[] };

export interface CheckedProgram {
  /**
   * JavaScript ready to stand inside a strict function body: types stripped and `export` keywords blanked by spaces, so
   * that every line and column is the author's; and behind it what they need: see {@link replaceImports} and {@link withExport}.
   */
  readonly code: string;
  /** Names of own, non-static methods of class Workflow, without the constructor, in source order. */
  readonly methods: readonly string[];
  /** See {@link identifiersOf}. */
  readonly identifiers: readonly string[];
  /** The functions at the top of a source, if steps can share what it evaluates to; null if each step evaluates it anew. */
  readonly sharedFunctions: readonly string[] | null;
}

type Checked =
  /** With what is needed to say more of it than whether it can run. */
  | { readonly program: CheckedProgram; readonly read: ReadWorkflow }
  | { readonly faults: readonly Fault[]; readonly read: ReadWorkflow | null };

export interface ReadWorkflow {
  readonly tree: Program;
  readonly workflow: WorkflowClass;
}

/**
 * Checks a source and reports all that is wrong with it. Never throws. `erase` is asked only for a source that is not
 * JavaScript; the default works in the calling thread, which a hostile source may leave unable to erase types again.
 */
export function checkSource(source: string, erase: EraseTypes = eraseTypes): CheckResult {
  const { text, checked } = readSource(source, erase);
  if ('program' in checked) return { ok: true, program: checked.program };
  return { ok: false, findings: locateFaults(checked.faults, text) };
}

/** `text`: the source as its author's editor counts it. */
export function readSource(source: string, erase: EraseTypes): { readonly text: string; readonly checked: Checked } {
  const text = withoutMarks(source);
  return { text, checked: checkText(text, erase) };
}

/** Without a byte order mark, its `#!` line turned into spaces. */
function withoutMarks(source: string): string {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  return text.replace(/^#![^\n\r\u2028\u2029]*/, (line) => ' '.repeat(line.length));
}

function checkText(text: string, erase: EraseTypes): Checked {
  const illFormed = illFormedAt(text);
  if (illFormed !== undefined) return unread(illFormed);
  try {
    const { code, parsed } = parseEither(text, erase);
    return parsed.ok ? checkProgram(text, code, parsed) : unread(parsed.fault);
  } catch (error) {
    // A source must not end the check, whatever it does to it.
    if (error instanceof RangeError) return unread(tooNested(0));
    return unread({ code: 'SYNTAX_ERROR', message: 'The source could not be checked. Simplify it.', offset: 0 });
  }
}

function unread(fault: Fault): Checked {
  return { faults: [fault], read: null };
}

/** Half a surrogate pair is lost wherever text becomes UTF-8, and two such sources would have the same hash. */
function illFormedAt(text: string): Fault | undefined {
  if (text.isWellFormed()) return undefined;
  const offset = /\p{Surrogate}/u.exec(text)?.index ?? 0;
  const message = 'The source is not valid Unicode here. Write half a surrogate pair as an escape, such as `\\ud83d`.';
  return { code: 'TEXT_ILL_FORMED', message, offset };
}

interface Reading {
  /** Without types. */
  readonly code: string;
  readonly parsed: Parsed;
}

/** Reads the text as JavaScript or else as TypeScript. If it is neither, the reader that got further is right. */
function parseEither(text: string, erase: EraseTypes): Reading {
  const plain = parseModule(text);
  if (plain.ok || plain.fault.code === 'TOO_NESTED') return { code: text, parsed: plain };
  const erasure = erase(text);
  if (erasure.ok) return { code: erasure.text, parsed: parseModule(erasure.text) };
  // What is not closed is so in both languages, and the reader of JavaScript says where it was opened.
  const isUnclosed = plain.fault.message.startsWith('Unterminated');
  const isFurther = erasure.fault.code !== 'SYNTAX_ERROR' || erasure.fault.offset > plain.fault.offset;
  return { code: text, parsed: isFurther && !isUnclosed ? erasure : plain };
}

function checkProgram(
  text: string,
  code: string,
  { program, faults: misread, isCertain }: Parsed & { ok: true },
): Checked {
  const exports = readExports(program, code, text === code ? undefined : typeOnly(program, text, code));
  const workflow = readWorkflowClass(program);
  const walked = walkProgram(program);
  const commonJs = commonJsFaults(program, (name) => isDeclaredAtTop(program, name));
  const methods = workflow.declaration === null ? undefined : new Set(workflow.methods);
  const ofWorkflow = [
    ...workflow.faults,
    ...walked.scheduleCalls.flatMap((call) => checkScheduleCall(call, methods, workflow.others)),
  ];
  // What else a CommonJS module lacks, such as a class that is exported, it lacks for that reason.
  const imports = replaceImports(walked.dynamicImports, code);
  const faults = [
    ...misread,
    ...exports.faults,
    ...imports.faults,
    ...walked.faults,
    ...(commonJs.length > 0 ? commonJs : ofWorkflow),
  ];
  const read = { tree: program, workflow };
  if (faults.length > 0) return { faults, read };
  return {
    read,
    program: {
      code: withExport(
        blankOut(code, [...exports.blanks, ...imports.blanks]) + imports.added,
        workflow.variable ?? exports.defaultName ?? 'Workflow',
      ),
      methods: workflow.methods,
      identifiers: identifiersOf(program, walked, isCertain),
      sharedFunctions:
        isCertain && workflow.declaration !== null
          ? sharedFunctionsOf(program, workflow.declaration, workflow.variable)
          : null,
    },
  };
}
