// Holds what is written out in `scheduleNextStep({ … })` against the class. Only what is certain is a finding: a value
// that a spread or a computed key may replace, or that is not a literal, is left to the step that makes the call.

import type { FindingCode } from '../errors.ts';
import { parseDelay } from '../protocol/duration.ts';
import { nearest } from '../protocol/spelling.ts';
import { type Fault, quoted } from './finding.ts';
import type { CallExpression, Expression } from './parse.ts';

const hooks: readonly string[] = ['onWorkflowComplete', 'onWorkflowError'];
const methodsShown = 5;
const methodsCompared = 200;

/**
 * `methods` is undefined when the source has no class Workflow: then actions are not looked at. `others`: what else the class has, and what
 * that is.
 */
export function checkScheduleCall(
  call: CallExpression,
  methods: ReadonlySet<string> | undefined,
  others: ReadonlyMap<string, string> = new Map(),
): Fault[] {
  const options = call.arguments[0];
  if (options?.type !== 'ObjectExpression') return [];
  const { written, isOpen } = readOptions(options);
  const faults: Fault[] = [];
  const action = written.get('action');
  const delay = written.get('delay');
  if (methods !== undefined) {
    if (action !== undefined) faults.push(...checkAction(action, methods, others));
    else if (!isOpen) faults.push(actionMissing(options.start));
  }
  if (delay !== undefined) faults.push(...checkDelay(delay));
  return faults;
}

export interface Options {
  /** The last value written for each key that nothing after it can replace. */
  readonly written: ReadonlyMap<string, Expression>;
  /** Whether there may be keys that are not written out. */
  readonly isOpen: boolean;
}

export function readOptions(options: Extract<Expression, { type: 'ObjectExpression' }>): Options {
  const written = new Map<string, Expression>();
  let isOpen = false;
  for (const property of options.properties) {
    const key = property.type === 'Property' ? keyOf(property) : undefined;
    if (property.type === 'SpreadElement' || key === undefined) {
      isOpen = true;
      written.clear();
    } else if (key === '__proto__') {
      // It may bring keys, but a key that is written out still hides them.
      isOpen = true;
    } else {
      written.set(key, property.value);
    }
  }
  return { written, isOpen };
}

function keyOf(property: { readonly key: Expression; readonly computed: boolean }): string | undefined {
  if (property.key.type === 'Identifier' && !property.computed) return property.key.name;
  const value = literalOf(property.key);
  return value === undefined ? undefined : String(value);
}

function checkAction(node: Expression, methods: ReadonlySet<string>, others: ReadonlyMap<string, string>): Fault[] {
  const action = literalOf(node);
  if (action === undefined) return [];
  const fault = (code: FindingCode, message: string): Fault[] => [{ code, message, offset: node.start }];
  if (typeof action !== 'string')
    return fault('ACTION_UNKNOWN', 'Expected `action` to be the name of a method, as text.');
  if (action === 'start') {
    return fault(
      'ACTION_IS_START',
      '`start` begins a run and cannot be scheduled. Move what is to be repeated into a method of its own.',
    );
  }
  if (hooks.includes(action)) {
    return fault(
      'ACTION_IS_HOOK',
      `\`${action}\` is called when the run ends and cannot be scheduled. Name another method.`,
    );
  }
  if (methods.has(action)) return [];
  const kind = others.get(action);
  if (kind === 'a generator') {
    return fault(
      'STEP_IS_GENERATOR',
      `${quoted(action)} is a generator, and no step. Remove the \`*\`, and use \`await\` in place of \`yield\`.`,
    );
  }
  if (kind !== undefined) {
    const message = `Expected \`action\` to name a method of the class itself, got ${quoted(action)}, which is ${kind}. Write it as a method: \`async name(data, headers, api) { … }\`.`;
    return fault('ACTION_UNKNOWN', message);
  }
  const meant = nearest(action, schedulable(methods));
  const hint = meant === undefined ? '' : ` Did you mean ${quoted(meant)}?`;
  return fault(
    'ACTION_UNKNOWN',
    `Expected \`action\` to name a method of class Workflow${known(methods)}, got ${quoted(action)}.${hint}`,
  );
}

/** The first of them: a source may have very many methods, and very many wrong actions. */
function schedulable(methods: ReadonlySet<string>): string[] {
  const first = methods.values().take(methodsCompared);
  return [...first.filter((name) => name !== 'start' && !hooks.includes(name))];
}

function known(methods: ReadonlySet<string>): string {
  const names = schedulable(methods);
  if (names.length === 0) return ' (it has none that can be scheduled)';
  const more = names.length > methodsShown ? ', …' : '';
  return ` (such as ${names.slice(0, methodsShown).map(quoted).join(', ')}${more})`;
}

function actionMissing(offset: number): Fault {
  return {
    code: 'ACTION_MISSING',
    message: 'Expected `action` to name the method to run next. Write `scheduleNextStep({ action: "…" })`.',
    offset,
  };
}

/** The shortest delay is a limit of the tenant's and so is not known here. */
function checkDelay(node: Expression): Fault[] {
  const delay = literalOf(node);
  if (delay === undefined) return [];
  const parsed = parseDelay(delay, 0);
  return typeof parsed === 'string' ? [{ code: 'DELAY_INVALID', message: parsed, offset: node.start }] : [];
}

/** The value of a literal, of a template without expressions, or of a number with a sign; undefined for all else. */
export function literalOf(node: Expression): string | number | bigint | boolean | null | undefined {
  switch (node.type) {
    case 'Literal':
      return node.regex || node.value instanceof RegExp ? undefined : node.value;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
    case 'UnaryExpression': {
      if (node.argument.type !== 'Literal' || typeof node.argument.value !== 'number') return undefined;
      if (node.operator === '-') return -node.argument.value;
      return node.operator === '+' ? node.argument.value : undefined;
    }
    default:
      return undefined;
  }
}
