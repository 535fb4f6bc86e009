// Who may make the runner keep more: a tenant as long as it has less than it is granted, and less than what is left for all. So the more
// tenants take, the less each of them may take, and there is always as much left for one that comes as the largest has.
import type { ErrorCode } from '../errors.ts';
import type { TenantState } from './tenant-state.ts';

/** Why a tenant may not make the runner keep more, for an error or a refusal. */
export interface MemoryLack {
  readonly code: ErrorCode & ('TENANT_MEMORY_EXCEEDED' | 'RUNNER_MEMORY_EXCEEDED');
  readonly message: string;
}

export const memoryCodes: ReadonlySet<string> = new Set<MemoryLack['code']>([
  'TENANT_MEMORY_EXCEEDED',
  'RUNNER_MEMORY_EXCEEDED',
]);

/** Null if the tenant may take so much more. Nothing is refused to one without a bound: what was accepted before is done again. */
export function lackOfMemory({ memory, limits }: TenantState, bytes: number): MemoryLack | null {
  const { memoryBytesPerTenant: most } = limits;
  const wanted = memory.liveBytes + bytes;
  if (wanted <= most && wanted <= memory.free) return null;
  if (most === Number.POSITIVE_INFINITY) return null;
  if (wanted > most) {
    const message = `The runner keeps at most ${most} bytes in memory for a tenant (limit \`memoryBytesPerTenant\`). Let some of its runs end first.`;
    return { code: 'TENANT_MEMORY_EXCEEDED', message };
  }
  const message = `A tenant may take as much of the runner's memory as is left (option \`memoryBytes\`), which is ${Math.max(0, memory.free)} bytes now. Let some of its runs end, or try again later.`;
  return { code: 'RUNNER_MEMORY_EXCEEDED', message };
}
