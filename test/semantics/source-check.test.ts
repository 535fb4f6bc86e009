// Before anything runs, the source is read: what is wrong with it is said with line and column.
import { describe, expect, it } from 'vitest';
import { StepwellError } from '../../src/index.ts';
import { listed, runToEnd, startRun, useRunner, workflowOf } from '../harness.ts';

const runner = useRunner();

async function refusal(source: string): Promise<StepwellError> {
  const error: unknown = await startRun(runner(), source).catch((reason: unknown) => reason);
  if (error instanceof StepwellError) return error;
  throw new Error('The workflow was let in.');
}

describe('on runner.start the source is checked for', () => {
  const good = 'start(data, headers, api) {}';

  it.each([
    ['syntax', `class Workflow {\n  ${good}\n  next( {}\n}`, 4],
    ['a class Workflow', 'class Flow { start() {} }', 1],
    ['a start', '\n\nclass Workflow { begin() {} }', 3],
    [
      'an action that names no method',
      `class Workflow {\n  ${good}\n  b(d, h, api) {\n api.scheduleNextStep({ action: 'c' }); }\n}`,
      4,
    ],
    [
      'an action that is start',
      `class Workflow {\n  ${good}\n  b(d, h, api) { api.scheduleNextStep({ action: 'start' }); }\n}`,
      3,
    ],
    [
      'an action that is a hook',
      `class Workflow {\n  ${good}\n  onWorkflowComplete() {}\n  b(d, h, api) { api.scheduleNextStep({ action: 'onWorkflowComplete' }); }\n}`,
      4,
    ],
    [
      'a delay',
      `class Workflow {\n  ${good}\n  b(d, h, api) { api.scheduleNextStep({ action: 'b', delay: '1 month' }); }\n}`,
      3,
    ],
    [
      'a delay over 400 days',
      `class Workflow {\n  ${good}\n  b(d, h, api) { api.scheduleNextStep({ action: 'b', delay: 34560001 }); }\n}`,
      3,
    ],
  ])('%s', async (_, source, line) => {
    const { code, findings } = await refusal(source);
    expect(code).toBe('WORKFLOW_INVALID');
    expect(findings[0]?.line).toBe(line);
    expect(findings[0]?.column).toBeGreaterThan(0);
    expect(await listed(runner(), { status: 'open' })).toEqual([]);
  });

  it('all of these at once: each finding gives line and column', async () => {
    const call = (action: string): string => `\n api.scheduleNextStep({ action: '${action}' });`;
    const { findings } = await refusal(`class Workflow { begin(data, headers, api) {${call('one')}${call('two')}} }`);
    expect(findings.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(findings.map(({ column }) => column)).toEqual([1, 33, 33]);
  });

  it('nothing of it runs to find out', async () => {
    const before = 'globalThis.leaked = true; throw new Error("top level");';
    const { outcome } = await runToEnd(runner(), workflowOf({ start: '' }, before));
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'STEP_THREW', message: 'top level' } });
    expect(globalThis).not.toHaveProperty('leaked');
  });
});

describe('import()', () => {
  it.each(['realm', 'context'] as const)(
    'in code that never runs changes nothing, with isolation %s',
    async (isolation) => {
      const source = workflowOf({ start: "if (data.never) await import('node:fs'); return 'ran';" });
      expect((await runToEnd(runner(), source, { isolation })).outcome.output).toBe('ran');
    },
  );

  it.each(['realm', 'context'] as const)('fails where it is called, with isolation %s', async (isolation) => {
    const caught =
      "try { await import('node:fs'); } catch (error) { return [error instanceof Error, error.code, error.message]; }";
    const { outcome } = await runToEnd(runner(), workflowOf({ start: caught }), { isolation });
    expect(outcome.output).toEqual([true, 'IMPORT_NOT_ALLOWED', expect.stringContaining('import()')]);
    const failed = await runToEnd(runner(), workflowOf({ start: "await import('node:fs');" }), { isolation });
    expect(failed.outcome).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('Bundle') } });
  });
});
