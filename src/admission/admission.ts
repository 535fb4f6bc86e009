// Lets a source become a program, or says why not. Each source is parsed once, in a thread of its own, under a deadline;
// what passed is remembered.
import { createHash } from 'node:crypto';
import { type Finding, StepwellError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import type { Checked, CheckPool } from '../pool/threads.ts';
import type { Program } from '../state/run-state.ts';
import type { WorkflowReport } from '../workflow-report.ts';
import { BoundedChecks, type CheckPayer } from './bounded-checks.ts';
import type { CheckedProgram } from './check.ts';
import { type Environment, keyWithinTenant, Programs } from './programs.ts';

export interface Admission {
  /** Rejects with `WORKFLOW_INVALID` (all findings in the error), `WORKFLOW_CHECK_TIMED_OUT` or, at once, `TENANT_CHECKS_EXCEEDED`. */
  admit(tenant: string, source: string, limits: Limits, environment: Environment): Promise<Program>;
  /** All that can be said of a source. Rejects with `WORKFLOW_CHECK_TIMED_OUT`, `HOST_START_FAILED` or, at once, `TENANT_CHECKS_EXCEEDED`. */
  report(tenant: string, source: string, limits: Limits): Promise<WorkflowReport>;
  /** A program that passed the check in another process. */
  remember(program: Program): void;
}

const nobody: CheckPayer = { refuse() {}, pay() {} };

/** `programs`: those that are remembered. */
export function createAdmission(pool: CheckPool, programs = new Programs(), payer = nobody): Admission {
  // Programs are per tenant: nothing of one tenant's, not even an object, is handed to another.
  /** Of sources that are being checked: one that is started meanwhile is the same. */
  const underWay = new Map<string, Promise<Program>>();
  const checks = new BoundedChecks(pool, payer);
  return {
    remember(program) {
      programs.remember(program);
    },
    async report(tenant, source, limits) {
      const tooLarge = sizeFinding(source, limits);
      if (tooLarge !== null) return unread(tooLarge);
      const result = await checks.report(tenant, source, limits);
      if (typeof result === 'object') return result;
      if (result === 'died') return unread(checkDied);
      throw uncheckedError(result, limits);
    },
    async admit(tenant, source, limits, environment) {
      const tooLarge = sizeFinding(source, limits);
      if (tooLarge !== null) throw new StepwellError('WORKFLOW_INVALID', tooLarge.message, { findings: [tooLarge] });
      // Half a surrogate pair has no UTF-8 of its own: two such sources would have one hash.
      if (!source.isWellFormed()) throw refusal(await checks.check(tenant, source, limits), limits);
      const hash = createHash('sha256').update(source).digest('hex');
      const of = { tenant, hash, ...environment };
      const known = programs.find(of);
      if (known !== undefined) return known;
      const key = keyOf(of);
      let program = underWay.get(key);
      if (program === undefined) {
        program = passed(checks.check(tenant, source, limits), limits)
          .then((found) => {
            const admitted = { ...of, ...found };
            // Only what passed is remembered: a refusal may have been a matter of time, and it is cheap to repeat.
            programs.remember(admitted);
            return admitted;
          })
          .finally(() => underWay.delete(key));
        underWay.set(key, program);
      }
      return program;
    },
  };
}

/** A tenant's name may be any text, and so comes last. */
export function keyOf(program: Environment & Pick<Program, 'tenant' | 'hash'>): string {
  return `${keyWithinTenant(program)} ${program.tenant}`;
}

async function passed(check: Promise<Checked>, limits: Limits): Promise<CheckedProgram> {
  const result = await check;
  if (typeof result === 'object' && result.ok) {
    const { program } = result;
    // A name that is no Unicode text does not survive the way to a cell: no step can be called by it.
    return { ...program, methods: program.methods.filter((name) => name.isWellFormed()) };
  }
  throw refusal(result, limits);
}

function refusal(result: Checked, limits: Limits): StepwellError {
  if (result === 'late' || result === 'unavailable') return uncheckedError(result, limits);
  const findings = typeof result === 'object' && !result.ok ? result.findings : [checkDied];
  const [first] = findings;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  const where = first === undefined ? '' : ` ${first.line}:${first.column}: ${first.message}`;
  return new StepwellError('WORKFLOW_INVALID', `The workflow cannot run.${where}${more}`, { findings });
}

function uncheckedError(why: 'late' | 'unavailable', { checkWallMs }: Limits): StepwellError {
  if (why === 'late') {
    const message = `The admission check did not end within ${checkWallMs} ms. Make the source smaller or flatter.`;
    return new StepwellError('WORKFLOW_CHECK_TIMED_OUT', message);
  }
  const message = 'The source could not be checked: no host for that could be started. Try again.';
  return new StepwellError('HOST_START_FAILED', message);
}

function unread(finding: Finding): WorkflowReport {
  return { ok: false, errors: [finding], warnings: [], graph: null };
}

function sizeFinding(source: string, { sourceBytes }: Limits): Finding | null {
  const bytes = Buffer.byteLength(source, 'utf8');
  if (bytes <= sourceBytes) return null;
  const message = `A workflow may have ${sourceBytes} bytes of source, got ${bytes}.`;
  return { code: 'SOURCE_TOO_LARGE', message, line: 1, column: 1 };
}

const checkDied: Finding = {
  code: 'SOURCE_TOO_COMPLEX',
  message: 'The admission check ran out of memory or was ended. Make the source smaller or flatter.',
  line: 1,
  column: 1,
};
