// Members of class Workflow that do nothing: hooks that are none, methods that nothing calls or that another one replaces.
import { hookNames } from '../protocol/records.ts';
import { type Fault, quoted } from './finding.ts';
import { isOwnMethod, nameOf } from './nodes.ts';
import type { Class } from './parse.ts';

const hooks: readonly string[] = Object.values(hookNames);

/** What authors write when they mean a hook, in small letters. */
const nearHooks: ReadonlyMap<string, string> = new Map([
  ...[
    'onworkflowcompleted',
    'onworkflowend',
    'onworkflowsuccess',
    'onworkflowdone',
    'onworkflowfinish',
    'onworkflowfinished',
  ]
    .concat('oncomplete', 'oncompleted', 'workflowcomplete')
    .map((name) => [name, hookNames.complete] as const),
  ...['onworkflowerrored', 'onworkflowfail', 'onworkflowfailed', 'onworkflowfailure', 'onerror', 'workflowerror'].map(
    (name) => [name, hookNames.error] as const,
  ),
  ...hooks.map((name) => [name.toLowerCase(), name] as const),
]);

/** `unreachable`: methods that nothing calls. `others`: what the class has beside methods of its own. */
export function memberFaults(
  { body, start }: Class,
  unreachable: ReadonlySet<string>,
  others: ReadonlyMap<string, string>,
): Fault[] {
  const methods = new Set<string>();
  const inherited = hooks.filter((name) => others.get(name) === 'inherited').map((name) => inheritedHook(name, start));
  const ofMembers = body.body.flatMap((member) => {
    if (member.type === 'StaticBlock') return [];
    const name = nameOf(member);
    if (name === undefined) return [];
    if (!isOwnMethod(member)) return hooks.includes(name) ? [hookFault(name, member.start)] : [];
    if (methods.has(name)) return [repeated(name, member.start)];
    methods.add(name);
    return unreachable.has(name) ? [unreachableFault(name, member.start)] : [];
  });
  const replacing = body.body.flatMap((field) => {
    if (field.type !== 'PropertyDefinition' || field.static) return [];
    const name = nameOf(field);
    return name !== undefined && methods.has(name) && !hooks.includes(name) ? [repeated(name, field.start)] : [];
  });
  return [...inherited, ...ofMembers, ...replacing];
}

function repeated(name: string, offset: number): Fault {
  const message = `Class Workflow has a method named ${quoted(name)} already, and this takes its place. Give one of them another name.`;
  return { code: 'METHOD_REPEATED', message, offset };
}

function inheritedHook(name: string, offset: number): Fault {
  const message = `An inherited \`${name}\` is never called. Write \`${name}(...given) { return super.${name}(...given); }\`.`;
  return { code: 'HOOK_NOT_CALLED', message, offset };
}

function hookFault(name: string, offset: number): Fault {
  const message = `A static, accessor or field named \`${name}\` is never called. Write \`async ${name}(…) { … }\`.`;
  return { code: 'HOOK_NOT_CALLED', message, offset };
}

function unreachableFault(name: string, offset: number): Fault {
  const hook = nearHooks.get(name.toLowerCase());
  if (hook !== undefined) {
    const message = `${quoted(name)} is no hook: nothing calls it when the run ends. Did you mean \`${hook}\`?`;
    return { code: 'HOOK_MISSPELLED', message, offset };
  }
  const message = `Nothing schedules ${quoted(name)} or calls it. Schedule it, or remove it.`;
  return { code: 'STEP_UNREACHABLE', message, offset };
}
