// Finds `class Workflow` and the names of its steps by reading the syntax tree. Only what a step can be called by counts:
// own methods on the prototype, not accessors, statics, private names or fields.
import { type Fault, quoted } from './finding.ts';
import type { Class, Program } from './parse.ts';

/** The class, however it is declared. */
export type WorkflowDeclaration = Class;

export interface WorkflowClass {
  /** Null when there is no class. */
  readonly declaration: WorkflowDeclaration | null;
  /** Own methods in source order, hooks included, without the constructor. Empty when there is no class. */
  readonly methods: readonly string[];
  readonly faults: readonly Fault[];
}

/** Of a method's name, in UTF-16 units: each line of a log, each event and each failure has it. */
const nameLengthMost = 256;

export type Member = WorkflowDeclaration['body']['body'][number];

export function readWorkflowClass(program: Program): WorkflowClass {
  const declaration = findClass(program);
  if (declaration === undefined) return { declaration: null, methods: [], faults: [classMissing] };
  const methods = new Set<string>();
  const faults: Fault[] = [];
  let notAMethod: Member | undefined;
  for (const member of declaration.body.body) {
    if (member.type === 'StaticBlock') continue;
    const name = nameOf(member);
    if (name === undefined || name === 'constructor') continue;
    const isOwnMethod = member.type === 'MethodDefinition' && member.kind === 'method' && !member.static;
    if (isOwnMethod && name.length > nameLengthMost) faults.push(nameTooLong(name, member));
    if (isOwnMethod) methods.add(name);
    else if (name === 'start') notAMethod = member;
    // The later of two members of one name is the one that the class has.
    if (member.type === 'MethodDefinition' && member.kind !== 'method' && !member.static) methods.delete(name);
  }
  return {
    declaration,
    methods: [...methods],
    faults: methods.has('start') ? faults : [...faults, startMissing(declaration, notAMethod)],
  };
}

/** Declared as a class, or as a variable that is one from the start, as bundlers write it. */
function findClass(program: Program): WorkflowDeclaration | undefined {
  for (const node of program.body) {
    const isExport = node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration';
    const declaration = isExport ? node.declaration : node;
    if (declaration?.type === 'ClassDeclaration' && declaration.id?.name === 'Workflow') return declaration;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type === 'Identifier' && id.name === 'Workflow' && init?.type === 'ClassExpression') return init;
    }
  }
  return undefined;
}

/** The member's name where it is written out; undefined for private and computed names. */
export function nameOf(member: Exclude<Member, { type: 'StaticBlock' }>): string | undefined {
  const key = member.key;
  if (key.type === 'Identifier') return member.computed ? undefined : key.name;
  if (key.type !== 'Literal') return undefined;
  const isName = typeof key.value === 'string' || typeof key.value === 'number' || typeof key.value === 'bigint';
  return isName ? String(key.value) : undefined;
}

function nameTooLong(name: string, { start: offset }: Member): Fault {
  const message = `Expected the names of methods to have at most ${nameLengthMost} characters, got ${quoted(name)} with ${name.length}.`;
  return { code: 'METHOD_NAME_TOO_LONG', message, offset };
}

const classMissing: Fault = {
  code: 'CLASS_MISSING',
  message:
    'Expected `class Workflow` at the top level of the source. Write `class Workflow { async start(data, headers, api) { … } }`.',
  offset: 0,
};

function startMissing(declaration: WorkflowDeclaration, notAMethod: Member | undefined): Fault {
  const hint =
    notAMethod === undefined
      ? 'Add `async start(data, headers, api) { … }` to it; an inherited method does not count.'
      : `A static, accessor or field named ${quoted('start')} does not count. Write \`async start(data, headers, api) { … }\`.`;
  return {
    code: 'START_MISSING',
    message: `Expected class Workflow to have a method of its own named \`start\`. ${hint}`,
    offset: declaration.start,
  };
}
