// Tenants that take too much get an end of their own, and the others all of theirs.
import { expect, it } from 'vitest';
import { outputOf } from './example.ts';

/** Cells of the table of a tenant's line, without the border. */
function lineOf(table: string, tenant: string): string[] {
  const line = table.split('\n').find((text) => text.includes(`'${tenant}'`)) ?? '';
  return line.split('│').map((cell) => cell.trim());
}

it('prints what each tenant got', async () => {
  const table = await outputOf('06-tenants');
  const got = ['greedy', 'loop', 'bomb', 'polite'].map((tenant) => {
    const [, , name, weight, status, completed, , , error] = lineOf(table, tenant);
    return [name, weight, status, completed, error];
  });
  expect(got).toEqual([
    ["'greedy'", '1', "'completed'", '3001', "''"],
    ["'loop'", '1', "'failed'", '0', "'STEP_CPU_EXCEEDED'"],
    ["'bomb'", '1', "'failed'", '0', "'STEP_MEMORY_EXCEEDED'"],
    ["'polite'", '4', "'completed'", '10', "''"],
  ]);
});
