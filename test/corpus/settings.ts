// The limits of an attacker: so small that its attack ends soon. The canary has those that anybody has.
import type { Limits } from '../../src/index.ts';
import { type Attack, endingsOf } from './payload.ts';

const mib = 1_048_576;

const small: Partial<Limits> = {
  checkWallMs: 30_000,
  stepCpuMs: 10_000,
  stepWallMs: 30_000,
  turnCpuMs: 20,
  cellMemoryMb: 32,
  opsPerStep: 2_000,
  opBytesPerStep: 16 * mib,
  fanOutPerStep: 1_500,
  stepsPerRun: 5_000,
  armedBytesPerRun: 8 * mib,
  chainDepth: 100,
  storeKeysPerRun: 1_500,
};

/** Only what is meant to run out of CPU time gets little of it: what is not has enough on a busy machine too. */
export function limitsOf(attack: Attack): Partial<Limits> {
  const runsOut = endingsOf(attack).includes('STEP_CPU_EXCEEDED');
  return { ...small, ...(runsOut ? { stepCpuMs: 300 } : {}), ...attack.limits };
}
