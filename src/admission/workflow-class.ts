// Reads the members of the workflow's class. Only what a step can be called by is a step: own methods on the prototype, not accessors,
// statics, private names, fields or generators.
import { hookNames } from '../protocol/records.ts';
import { nearest } from '../protocol/spelling.ts';
import { classMissing } from './class-missing.ts';
import { classNamed } from './class-value.ts';
import { findExportedClass } from './exported-class.ts';
import { type Fault, quoted } from './finding.ts';
import { isOwnMethod, type Member, nameOf } from './nodes.ts';
import type { Class, Program } from './parse.ts';

export interface WorkflowClass {
  /** Null when there is no class. */
  readonly declaration: Class | null;
  /** The variable that holds the class. Null when there is no class, or none that has a name. */
  readonly variable: string | null;
  /** Steps and hooks in source order, and whatever else is an own method and no generator, without the constructor. */
  readonly methods: readonly string[];
  /** What else the class has by a name that a step could have, and what it is: such as `a field`. */
  readonly others: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

/** Of a method's name, in UTF-16 units: each line of a log, each event and each failure has it. */
const nameLengthMost = 256;
/** What authors call the first step elsewhere. */
const startedElsewhere: readonly string[] = ['run', 'main', 'execute', 'begin', 'handler', 'handle', 'init', 'fetch'];

const methodsCompared = 200;

const calledByRunner: readonly string[] = ['start', ...Object.values(hookNames)];

export function readWorkflowClass(program: Program): WorkflowClass {
  const found = findExportedClass(program);
  if (found === undefined) {
    return { declaration: null, variable: null, methods: [], others: new Map(), faults: [classMissing(program)] };
  }
  const { declaration, variable } = found;
  const methods = new Set<string>();
  const others = inheritedBy(declaration, program);
  const faults: Fault[] = [];
  for (const member of declaration.body.body) {
    if (member.type === 'StaticBlock') continue;
    const name = nameOf(member);
    if (name === undefined || name === 'constructor') continue;
    const kind = kindOf(member);
    if (kind === 'a method') {
      if (name.length > nameLengthMost) faults.push(nameTooLong(name, member));
      methods.add(name);
      continue;
    }
    if (kind === 'a generator' && calledByRunner.includes(name)) faults.push(isGenerator(name, member));
    if (!methods.has(name)) others.set(name, kind);
    // The later of two members of one name is the one that the class has.
    if (kind === 'a generator' || kind === 'an accessor') methods.delete(name);
  }
  const hasStart = methods.has('start') || others.get('start') === 'a generator';
  if (!hasStart) faults.push(startMissing(declaration, [...methods], others.get('start')));
  return { declaration, variable, methods: [...methods], others, faults };
}

function kindOf(member: Exclude<Member, { type: 'StaticBlock' }>): string {
  if (member.static) return 'a static';
  if (member.type === 'PropertyDefinition') return 'a field';
  if (member.kind !== 'method') return 'an accessor';
  return member.value.generator ? 'a generator' : 'a method';
}

/** Classes that the source itself has, from the class up. */
const basesMost = 100;

function inheritedBy({ superClass }: Class, program: Program): Map<string, string> {
  const inherited = new Map<string, string>();
  let base = superClass;
  for (let bases = 0; base?.type === 'Identifier' && bases < basesMost; bases++) {
    const declaration = classNamed(base.name, program);
    for (const member of declaration?.body.body ?? []) {
      const name = isOwnMethod(member) ? nameOf(member) : undefined;
      if (name !== undefined && name !== 'constructor') inherited.set(name, 'inherited');
    }
    base = declaration?.superClass;
  }
  return inherited;
}

function nameTooLong(name: string, { start: offset }: Member): Fault {
  const message = `Expected the names of methods to have at most ${nameLengthMost} characters, got ${quoted(name)} with ${name.length}.`;
  return { code: 'METHOD_NAME_TOO_LONG', message, offset };
}

function isGenerator(name: string, { start: offset }: Member): Fault {
  const message = `\`${name}\` is a generator: calling it runs nothing of it. Remove the \`*\`, and use \`await\` in place of \`yield\`.`;
  return { code: 'STEP_IS_GENERATOR', message, offset };
}

function startMissing({ id, start: offset }: Class, methods: readonly string[], kind: string | undefined): Fault {
  const message = `Expected class ${id && id.name !== 'Workflow' ? quoted(id.name) : 'Workflow'} to have a method of its own named \`start\`.`;
  return { code: 'START_MISSING', message: `${message} ${startHint(methods, kind)}`, offset };
}

function startHint(methods: readonly string[], kind: string | undefined): string {
  const signature = '`async start(data, headers, api) { … }`';
  if (kind === 'inherited')
    return `An inherited one does not count. Write \`start(...given) { return super.start(...given); }\`.`;
  if (kind !== undefined) return `The class has ${kind} of that name. Write ${signature}.`;
  const meant =
    nearest('start', methods.slice(0, methodsCompared)) ?? methods.find((name) => startedElsewhere.includes(name));
  if (meant !== undefined) return `Did you mean ${quoted(meant)}? Rename it to \`start\`.`;
  return `Add ${signature} to it.`;
}
