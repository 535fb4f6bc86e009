// JSON text of plain values, however deeply they are nested. A sandbox may have more call stack than the thread that
// prints what came out of it, and JSON.stringify needs call stack for each level.

/** Of values without `toJSON`, cycles and functions: such as JSON.parse gives, and objects made of them. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return deepJsonText(value);
    throw error;
  }
}

interface Level {
  readonly entries: Iterator<readonly [name: string | number, value: unknown]>;
  readonly close: ']' | '}';
  isFirst: boolean;
}

/** The same, by a stack of its own. */
export function deepJsonText(root: unknown): string {
  const parts: string[] = [];
  const levels: Level[] = [];
  const begin = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      parts.push(JSON.stringify(value) ?? 'null');
      return;
    }
    const isArray = Array.isArray(value);
    parts.push(isArray ? '[' : '{');
    levels.push({
      entries: isArray ? value.entries() : definedEntries(value),
      close: isArray ? ']' : '}',
      isFirst: true,
    });
  };
  begin(root);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.entries.next();
    if (next.done === true) {
      parts.push(level.close);
      levels.pop();
      continue;
    }
    const [name, value] = next.value;
    if (!level.isFirst) parts.push(',');
    level.isFirst = false;
    if (level.close === '}') parts.push(`${JSON.stringify(name)}:`);
    begin(value);
  }
  return parts.join('');
}

function definedEntries(object: object): Iterator<[string, unknown]> {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .values();
}
