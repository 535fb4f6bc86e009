// When an attack was held: its culprit got what is meant for it, nothing of the host was shown, and the canary noticed nothing.
import { expect } from 'vitest';
import type { StartOptions } from '../../src/index.ts';
import { workflowOf } from '../harness.ts';
import { type Attack, endingsOf } from './payload.ts';
import type { Trial } from './trial.ts';

/** Each attack has a tenant of its own, so that what one is suspected of is not put down to the next. */
export function startOfAttack(attack: Attack): StartOptions {
  const { source, before, data = {}, headers = {} } = attack;
  const workflow = typeof source === 'string' ? source : workflowOf(source, before);
  return { tenant: tenantOf(attack), workflow, data, headers };
}

export function tenantOf({ name }: Attack): string {
  return `attacker: ${name}`.slice(0, 256);
}

export function expectHeld(attack: Attack, { ending, shown, canary }: Trial, canaryAlone: string): void {
  expect(endingsOf(attack), shown.slice(0, 2_000)).toContain(ending);
  const { outcome } = JSON.parse(shown);
  if (attack.output !== undefined && ending === 'completed') expect(outcome.output).toEqual(attack.output);
  if (attack.store !== undefined) expect(outcome.store).toEqual(attack.store);
  expect(shown).not.toContain(process.cwd());
  expect(shown).not.toMatch(/node_modules|file:\/\/|node:internal|\/src\/|\.ts:\d/);
  expect(canary).toBe(canaryAlone);
}
