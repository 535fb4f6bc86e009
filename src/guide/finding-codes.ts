// Every code of what a check finds in a source, with what causes it and what helps. The message of a finding says the same of its place.
import type { Explanation } from './error-codes.ts';

const explain = (cause: string, remedy: string): Explanation => ({ cause, remedy });

/** Why a source cannot become a workflow. */
export const findingErrors = {
  SYNTAX_ERROR: explain('The source is neither JavaScript nor TypeScript.', 'Correct the syntax there or just before.'),
  TYPES_NOT_ERASABLE: explain(
    'The source has TypeScript that does more than go away: an enum, a namespace, a parameter property.',
    'Write what the finding says, or compile it first.',
  ),
  DECORATOR_NOT_ALLOWED: explain(
    'The source has a decorator, which JavaScript engines do not have yet.',
    'Call the function yourself, or compile the source first.',
  ),
  ACCESSOR_NOT_ALLOWED: explain(
    'A class has a field with the keyword accessor, which JavaScript engines do not have yet.',
    'Write a field, or `get` and `set`, or compile the source first.',
  ),
  TEXT_ILL_FORMED: explain('The source has half a surrogate pair.', 'Write it as an escape, such as `\\ud83d`.'),
  TOO_NESTED: explain('Brackets, blocks or expressions are nested too deeply.', 'Split them into smaller ones.'),
  HTML_COMMENT: explain(
    'The source has `<!--` or `-->`.',
    'Use `//` for a comment, or put spaces between the operators.',
  ),
  SOURCE_TOO_LARGE: explain('The source has more than `sourceBytes`.', 'Leave out what is not used; minify a bundle.'),
  SOURCE_TOO_COMPLEX: explain(
    'Reading the source took more memory than there is for that.',
    'Make it smaller or flatter.',
  ),
  FINDINGS_CUT: explain('There are more than a hundred findings.', 'Mend those that are shown.'),
  CLASS_MISSING: explain(
    'No class is exported as `Workflow` or by default, and none of that name is declared at the top of the source.',
    'Write `class Workflow { async start(data, headers, api) { … } }`, with or without `export`.',
  ),
  START_MISSING: explain(
    'The class has no method of its own named `start`.',
    'Add it. A static, an accessor, a field or an inherited method does not count.',
  ),
  STEP_IS_GENERATOR: explain(
    '`start`, a hook, or a method that is scheduled is a generator: calling it runs nothing of it.',
    'Remove the `*`, and use `await` in place of `yield`.',
  ),
  COMMONJS_NOT_ALLOWED: explain(
    'The source exports as a CommonJS module does: with `module.exports` or `exports`.',
    "Write `export class Workflow`, or bundle with `format: 'esm'`.",
  ),
  METHOD_NAME_TOO_LONG: explain(
    'A method of the class has a name of more than 256 characters.',
    'Give it a shorter one.',
  ),
  IMPORT_NOT_ALLOWED: explain(
    'The source has `import`, `import.meta` or `export … from`; or a step has called `import()`, and the error that it was given has this code.',
    'A workflow is one source text: bundle what it needs into it. Imports of types only are allowed.',
  ),
  EXPORT_NOT_ALLOWED: explain(
    'The default export is neither a class nor a named function.',
    'Write `export default class Workflow { … }`.',
  ),
  TOP_LEVEL_AWAIT: explain('`await` stands outside of an async function.', 'Move it into a step.'),
  ARGUMENTS_NOT_ALLOWED: explain('`arguments` stands outside of a function.', 'Use it inside one, or another name.'),
  ACTION_MISSING: explain('`scheduleNextStep` is called without an `action`.', 'Name the method to run next.'),
  ACTION_UNKNOWN: explain('`action` names no method of the class.', 'Correct the name, or add the method.'),
  ACTION_IS_START: explain(
    '`action` is `start`, which cannot be scheduled.',
    'Move what is to be repeated into a method.',
  ),
  ACTION_IS_HOOK: explain('`action` is a hook, which cannot be scheduled.', 'Name another method.'),
  DELAY_INVALID: explain(
    '`delay` is not understood, or out of range.',
    "Give seconds from 0 to 400 days, or a text such as `'5 minutes'`.",
  ),
} as const satisfies Record<string, Explanation>;

/** What is hardly meant so, in a source that may run. */
export const findingWarnings = {
  CALL_NOT_AWAITED: explain(
    'Nobody waits for a call of the api. It counts; but when it is refused, the step fails without a chance to catch it.',
    'Write `await` before it, or `void` if it is meant so.',
  ),
  PROMISE_USED_AS_VALUE: explain(
    'A call of the api gives a promise, and the source uses it as the value that comes later.',
    'Write `await` before it, in parentheses where needed.',
  ),
  MEMBER_UNKNOWN: explain(
    'The api, its store, the console or `RegExp` has no such member in a step.',
    'Write what the finding names.',
  ),
  OPTION_UNKNOWN: explain(
    '`scheduleNextStep` is given an option that it does not have. The step that calls it fails.',
    'Write `action`, `delay` or `payload`.',
  ),
  VALUE_NOT_JSON: explain(
    'A payload or a value has something that JSON does not have, such as a Map, a function or a Date.',
    'Write it as a text, a number, a list or an object.',
  ),
  STEP_UNREACHABLE: explain('Nothing schedules the method or calls it.', 'Schedule it, or remove it.'),
  HOOK_MISSPELLED: explain(
    'A method looks like a hook and is none.',
    'Name it `onWorkflowComplete` or `onWorkflowError`.',
  ),
  HOOK_NOT_CALLED: explain('A hook is inherited, a static, an accessor or a field.', 'Write it as a method.'),
  METHOD_REPEATED: explain(
    'The class has two methods of one name, or a method and a field; the later one counts, and a field always.',
    'Give one another name.',
  ),
  GLOBAL_NOT_REPLACED: explain(
    'The source replaces a global by another way than `globalThis.NAME = …`, and then uses it by its bare name, which does not show that.',
    'Write `globalThis.NAME = …`, or use a variable.',
  ),
  GLOBAL_UNKNOWN: explain(
    'The source uses a name that it does not declare and that the sandbox does not have, or a part of a global that is left out here.',
    'Declare it, bundle what brings it, or ask for it with `typeof` first.',
  ),
} as const satisfies Record<string, Explanation>;

export type FindingCode = keyof typeof findingErrors | keyof typeof findingWarnings;
