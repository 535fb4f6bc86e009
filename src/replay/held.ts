// Makes a debugger hold a step: the source with a `debugger` statement where the step's method begins. No line moves for it.
import { nameOf } from '../admission/nodes.ts';
import { parseModule } from '../admission/parse.ts';
import { readWorkflowClass } from '../admission/workflow-class.ts';

/** The source as it is, if it has no such method. */
export function heldAt(code: string, method: string): string {
  const parsed = parseModule(code);
  if (!parsed.ok) return code;
  const members = readWorkflowClass(parsed.program).declaration?.body.body ?? [];
  const found = members.findLast(
    (member) => member.type === 'MethodDefinition' && !member.static && nameOf(member) === method,
  );
  if (found?.type !== 'MethodDefinition') return code;
  const inside = found.value.body.start + 1;
  return `${code.slice(0, inside)} debugger;${code.slice(inside)}`;
}
