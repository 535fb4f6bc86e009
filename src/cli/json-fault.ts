// Finds the place at which a text stops being JSON. JSON.parse does not say it for every text and in the same words on
// every Node. Goes through the text once, by a stack of its own: depth of nesting costs no call stack.

export interface JsonFault {
  readonly message: string;
  /** From 1, in UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

/** The first fault of the text, null for JSON. */
export function findJsonFault(text: string): JsonFault | null {
  const fault = new Scanner(text).scan();
  if (fault === null) return null;
  const before = text.slice(0, fault.offset).split(/\r\n|[\n\r]/);
  const column = (before.at(-1) ?? '').length + 1;
  const message = fault.offset >= text.length ? `The text ends here. ${fault.expected}` : fault.expected;
  return { message, line: before.length, column };
}

interface Unlocated {
  readonly expected: string;
  readonly offset: number;
}

/** What the text has to go on with. `first` is a value or the end of an empty list. */
type Next = 'value' | 'first' | 'name' | 'first name' | 'colon' | 'after value';

const space = /[ \t\n\r]*/y;
const literal = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const word = /[\p{ID_Continue}.+-]/uy;

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #open: ('{' | '[')[] = [];
  #next: Next = 'value';

  constructor(text: string) {
    this.#text = text;
  }

  scan(): Unlocated | null {
    for (;;) {
      this.#at = this.#endOf(space) ?? this.#at;
      const isWhole = this.#next === 'after value' && this.#open.length === 0;
      if (this.#at >= this.#text.length) return isWhole ? null : this.#fault(this.#expected());
      const fault = this.#token();
      if (fault !== null) return fault;
    }
  }

  #token(): Unlocated | null {
    const character = this.#text[this.#at];
    switch (this.#next) {
      case 'value':
      case 'first':
        return character === ']' && this.#next === 'first' ? this.#close() : this.#value(character);
      case 'name':
      case 'first name':
        if (character === '}' && this.#next === 'first name') return this.#close();
        return character === '"' ? this.#string('colon') : this.#fault(this.#expected());
      case 'colon':
        return character === ':' ? this.#step('value') : this.#fault(this.#expected());
      case 'after value': {
        const open = this.#open.at(-1);
        if (character === ',' && open !== undefined) return this.#step(open === '{' ? 'name' : 'value');
        const isClosed = (open === '{' && character === '}') || (open === '[' && character === ']');
        return isClosed ? this.#close() : this.#fault(this.#expected());
      }
    }
  }

  #value(character: string | undefined): Unlocated | null {
    if (character === '"') return this.#string('after value');
    if (character === '{' || character === '[') {
      this.#open.push(character);
      return this.#step(character === '{' ? 'first name' : 'first');
    }
    const end = this.#endOf(literal);
    if (end === null || this.#isWord(end)) return this.#fault(this.#expected());
    this.#at = end;
    this.#next = 'after value';
    return null;
  }

  #string(next: Next): Unlocated | null {
    this.#at++;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(unit)) return this.#fault('Expected the `"` that ends a string.');
      if (unit < 0x20) return this.#fault('Expected no line break, tab or other control character inside a string.');
      if (unit === 0x22) return this.#step(next);
      const end = unit === 0x5c ? this.#endOf(escapeSequence) : this.#at + 1;
      if (end === null) return this.#fault('Expected an escape such as `\\n`, `\\"` or `\\u00e9`.');
      this.#at = end;
    }
  }

  #step(next: Next): null {
    this.#at++;
    this.#next = next;
    return null;
  }

  #close(): null {
    this.#open.pop();
    return this.#step('after value');
  }

  #endOf(pattern: RegExp): number | null {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text) ? pattern.lastIndex : null;
  }

  #isWord(at: number): boolean {
    word.lastIndex = at;
    return word.test(this.#text);
  }

  #expected(): string {
    switch (this.#next) {
      case 'value':
        return 'Expected a value: text in double quotes, a number, true, false, null, `{` or `[`.';
      case 'first':
        return 'Expected a value or `]`.';
      case 'name':
        return 'Expected a name in double quotes.';
      case 'first name':
        return 'Expected a name in double quotes or `}`.';
      case 'colon':
        return 'Expected `:`.';
      case 'after value': {
        const open = this.#open.at(-1);
        if (open === undefined) return 'Expected nothing more after the value.';
        return open === '{' ? 'Expected `,` or `}`.' : 'Expected `,` or `]`.';
      }
    }
  }

  #fault(expected: string): Unlocated {
    return { expected, offset: this.#at };
  }
}
