// The only file that knows the JavaScript parser. It turns text into a syntax tree or into one fault, and never throws.
import { Parser, type Program, type TokenType, tokTypes } from 'acorn';
import { type Fault, printable, quoted, tooNested } from './finding.ts';

export type {
  AnyNode,
  CallExpression,
  Class,
  ExportNamedDeclaration,
  Expression,
  ImportDeclaration,
  ImportExpression,
  MethodDefinition,
  Program,
  StaticBlock,
} from 'acorn';

export type Parsed =
  | {
      readonly ok: true;
      readonly program: Program;
      /** What the engine would read in another way. */
      readonly faults: readonly Fault[];
      /** Whether there is nothing that it may read in another way: else the program is not all that the source may do. */
      readonly isCertain: boolean;
    }
  | { readonly ok: false; readonly fault: Fault };

export const sourceEnded = 'The source ends here, but a bracket, block, text or expression is still open.';

/** How many brackets may be open at once. A bound of its own, since how much stack is left varies from thread to thread. */
const openBracketsMax = 256;
const { braceL, bracketL, parenL, dollarBraceL, braceR, bracketR, parenR } = tokTypes;
const opening: ReadonlySet<TokenType> = new Set([braceL, bracketL, parenL, dollarBraceL]);
const closing: ReadonlySet<TokenType> = new Set([braceR, bracketR, parenR]);

/**
 * Reads `text` as a module. Top-level `await` is let through here, so that it can be refused in plain words.
 *
 * Whether a slash begins a regular expression or divides, the parser takes from the tokens before it, and is wrong where these are unusual
 * (`x?.of`, `await class {}`). It then ends the statement there, and reads as a pattern what the engine reads as code.
 */
export function parseModule(text: string): Parsed {
  const faults: Fault[] = [];
  let hasInsertedSemicolon = false;
  let isCertain = true;
  let reached = 0;
  let openBrackets = 0;
  try {
    const program = ScopeIndexingParser.parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      onInsertedSemicolon: () => {
        hasInsertedSemicolon = true;
      },
      onToken: (token) => {
        reached = token.start;
        if (opening.has(token.type)) openBrackets += 1;
        if (closing.has(token.type)) openBrackets -= 1;
        if (openBrackets > openBracketsMax) throw new RangeError('Too many open brackets');
        // A script, unlike a module, would read this as the start of a comment.
        if (token.type === tokTypes.relational && text.startsWith('<!--', token.start)) {
          faults.push(htmlCommentFault(token.start));
        }
        if (hasInsertedSemicolon && token.type === tokTypes.regexp) isCertain = false;
        hasInsertedSemicolon = false;
      },
    });
    return { ok: true, program, faults, isCertain };
  } catch (error) {
    return { ok: false, fault: faultOf(error, text, reached) };
  }
}

/** Looks names up by hash. The parser's own lists are searched from end to end at each declaration, which is quadratic. */
class ScopeIndexingParser extends Parser {
  override enterScope(flags: number): void {
    super.enterScope(flags);
    const scope = this.scopeStack.at(-1);
    if (scope !== undefined) Object.assign(scope, { var: new Names(), lexical: new Names(), functions: new Names() });
  }
}

/** A list that the parser appends to, and asks only whether a name is in it. Names are indexed when it first asks. */
class Names extends Array<string> {
  readonly #index = new Set<string>();
  #indexed = 0;

  override indexOf(name: string): number {
    for (; this.#indexed < this.length; this.#indexed += 1) this.#index.add(this[this.#indexed] ?? '');
    return this.#index.has(name) ? 0 : -1;
  }
}

declare module 'acorn' {
  // Open to plugins by the parser's design, but not part of its types.
  interface Parser {
    scopeStack: object[];
    enterScope(flags: number): void;
  }
}

function htmlCommentFault(offset: number): Fault {
  return {
    code: 'HTML_COMMENT',
    message:
      'HTML-like comments (`<!--` and `-->`) are not allowed. Use `//` for a comment, or put spaces between the operators.',
    offset,
  };
}

function faultOf(error: unknown, text: string, reached: number): Fault {
  if (error instanceof RangeError) return tooNested(reached);
  if (!(error instanceof Error)) return syntaxFault('The source could not be read near here.', reached);
  const offset = 'pos' in error && typeof error.pos === 'number' ? error.pos : reached;
  if (error.message.startsWith('Not enough stack space')) return tooNested(offset);
  const htmlComment = htmlCommentAt(text, offset);
  if (htmlComment !== undefined) return htmlCommentFault(htmlComment);
  const unsupported = unsupportedAt(text, offset);
  if (unsupported !== undefined) return unsupported;
  const message = error.message.replace(/ \(\d+:\d+\)$/, '');
  return syntaxFault(message.startsWith('Unexpected token') ? unexpected(text, offset) : message, offset);
}

function syntaxFault(message: string, offset: number): Fault {
  return { code: 'SYNTAX_ERROR', message: printable(message), offset };
}

function unexpected(text: string, offset: number): string {
  if (offset >= text.length) return sourceEnded;
  const token = /^(?:[\p{ID_Continue}$]+|.)/su.exec(text.slice(offset, offset + 100))?.[0] ?? '';
  return `Unexpected token ${quoted(token)}. Correct the syntax here or just before.`;
}

/** Proposals that other tools read, if the parser stopped at one of them. */
function unsupportedAt(text: string, offset: number): Fault | undefined {
  if (/^@\s*[\p{ID_Start}$_(]/u.test(text.slice(offset, offset + 100))) {
    const message =
      'Decorators are not supported: JavaScript engines do not have them yet. Call the function yourself, or compile the source first.';
    return { code: 'DECORATOR_NOT_ALLOWED', message, offset };
  }
  const before = /(?:^|[{};\n]|\bstatic)\s*(accessor[^\S\n]+)$/.exec(
    text.slice(Math.max(0, offset - 200), offset),
  )?.[1];
  if (before === undefined || !/^[\p{ID_Start}$_#["']/u.test(text.slice(offset, offset + 2))) return undefined;
  const message =
    '`accessor` is not supported: JavaScript engines do not have it yet. Write a field, or `get` and `set`, or compile the source first.';
  return { code: 'ACCESSOR_NOT_ALLOWED', message, offset: offset - before.length };
}

/** Where an HTML-like comment starts, if that is what the parser stopped at. It stops at the `>` of a leading `-->`. */
function htmlCommentAt(text: string, offset: number): number | undefined {
  if (text.startsWith('<!--', offset)) return offset;
  const arrow = offset - 2;
  if (arrow < 0 || !text.startsWith('-->', arrow)) return undefined;
  const before = text.slice(Math.max(0, arrow - 1_000), arrow);
  return /(?:^|[\n\r\u2028\u2029]|\*\/)[^\S\n\r\u2028\u2029]*$/.test(before) ? arrow : undefined;
}
