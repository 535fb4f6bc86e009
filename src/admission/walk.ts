// One pass over the whole syntax tree, with a stack of its own: the depth of a hostile tree must cost memory, not the
// thread's stack. It collects what later checks need and refuses what a function body would read differently.
import { globalNames } from '../realm/globals/index.ts';
import { importMetaFault } from './exports.ts';
import { type Fault, tooNested } from './finding.ts';
import { eachChild, isPlainName, isScheduleCall, makesItsOwn } from './nodes.ts';
import type { AnyNode, CallExpression, ImportExpression, Program } from './parse.ts';

export interface Walked {
  /** Names of globals that differ from step to step, and `eval`, as far as the source mentions them. */
  readonly mentioned: ReadonlySet<string>;
  /** Whether it mentions anything that leads to the global object. */
  readonly reachesGlobal: boolean;
  /** Calls of anything named `scheduleNextStep`; none if the source has something of its own by that name. */
  readonly scheduleCalls: readonly CallExpression[];
  /** In no order. */
  readonly dynamicImports: readonly ImportExpression[];
  readonly faults: readonly Fault[];
}

/** Below this depth, JavaScript engines are known to run out of stack when they compile a step. */
const treeDepthMax = 2_000;

const perStep: ReadonlySet<string> = new Set([...globalNames, 'eval']);
const waysToGlobal: ReadonlySet<string> = new Set(['globalThis', 'self', 'window', 'global', 'Function', 'eval']);

/** A node still to be looked at, and where it stands. Arrow functions are functions, but have no `arguments` of their own. */
interface Visit {
  readonly node: AnyNode;
  readonly depth: number;
  readonly inFunction: boolean;
  readonly hasArguments: boolean;
}

export function walkProgram(program: Program): Walked {
  const mentioned = new Set<string>();
  let reachesGlobal = false;
  const scheduleCalls: CallExpression[] = [];
  const dynamicImports: ImportExpression[] = [];
  const faults: Fault[] = [];
  let hasItsOwn = false;
  const visits: Visit[] = [{ node: program, depth: 0, inFunction: false, hasArguments: false }];
  for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
    const { node } = visit;
    if (node.type === 'Identifier') {
      if (perStep.has(node.name)) mentioned.add(node.name);
      reachesGlobal ||= waysToGlobal.has(node.name);
    }
    if (node.type === 'CallExpression' && isScheduleCall(node)) scheduleCalls.push(node);
    hasItsOwn ||= makesItsOwn(node, 'scheduleNextStep');
    if (node.type === 'ImportExpression') dynamicImports.push(node);
    if (node.type === 'MetaProperty' && node.meta.name === 'import') faults.push(importMetaFault(node.start));
    if (!visit.inFunction && isAwait(node)) faults.push(awaitFault(node.start));
    if (visit.depth < treeDepthMax) pushChildren(visit, visits, faults);
    else faults.push(tooNested(node.start));
  }
  return { mentioned, reachesGlobal, scheduleCalls: hasItsOwn ? [] : scheduleCalls, dynamicImports, faults };
}

function pushChildren(visit: Visit, visits: Visit[], faults: Fault[]): void {
  const { node } = visit;
  const depth = visit.depth + 1;
  const isArrow = node.type === 'ArrowFunctionExpression';
  const isFunction = node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression';
  const inFunction = visit.inFunction || isArrow || isFunction;
  const hasArguments = visit.hasArguments || isFunction;
  eachChild(node, (child, field) => {
    const isArguments = child.type === 'Identifier' && child.name === 'arguments';
    if (isArguments && !hasArguments && !isPlainName(node, field)) faults.push(argumentsFault(child.start));
    visits.push({ node: child, depth, inFunction, hasArguments });
  });
}

function isAwait(node: AnyNode): boolean {
  if (node.type === 'ForOfStatement') return node.await;
  if (node.type === 'VariableDeclaration') return node.kind === 'await using';
  return node.type === 'AwaitExpression';
}

function awaitFault(offset: number): Fault {
  return {
    code: 'TOP_LEVEL_AWAIT',
    message:
      '`await` works only inside an async function. Move this into a step, such as `async start(data, headers, api)`.',
    offset,
  };
}

function argumentsFault(offset: number): Fault {
  return {
    code: 'ARGUMENTS_NOT_ALLOWED',
    message: '`arguments` means nothing outside a function. Use it inside one, or choose another name.',
    offset,
  };
}
