// The tenants that a runner knows: what each is granted, and whether it may start one more run now.
import { StepwellError } from '../errors.ts';
import { Account, kinds } from '../state/account.ts';
import type { StoredTenant } from '../state/backend.ts';
import { lackOfMemory } from '../state/memory-bounds.ts';
import { checksAt, cpuAt, grant, newTenant, type TenantState } from '../state/tenant-state.ts';
import { addUsage, noUsage, type Usage } from '../state/usage.ts';
import { bytesOfRun } from '../state/weight.ts';
import type { ResolvedPolicy } from './options.ts';

interface Tenant {
  readonly state: TenantState;
  /** Thousandths of starts that it may still make at once, and when that was so. */
  startsLeft: number;
  countedAt: number;
  startsUnderWay: number;
  /** Those of them that will have opened a run, if nothing comes in between. */
  runsReserved: number;
  /** By those of them that wait for another one. */
  bytesHeld: number;
}

/** Tenants with nothing open that are remembered for what they have used. */
const idleMost = 10_000;
/** So many starts of a tenant may be under way, also where it may have fewer runs: they may all be for one run. */
const startsUnderWayLeast = 1_000;
/** One start a second is a thousandth of one each millisecond: counted in whole numbers, nothing is lost. */
const wholeStart = 1_000;

export class Tenants {
  /** What is kept in memory for all of them. */
  readonly memory: Account;
  readonly #tenants: Map<string, Tenant> = new Map();
  /** Those with nothing open, longest idle first. */
  readonly #idle: Set<string> = new Set();
  /** What those have used that are not remembered any more. */
  readonly #forgotten = noUsage();

  /** `memoryBytes`: what all of them may make the runner keep. */
  constructor(memoryBytes = Number.POSITIVE_INFINITY) {
    this.memory = new Account(null, memoryBytes);
  }

  /** The tenant with what it is granted from now on. */
  grant(name: string, { limits, weight }: Pick<ResolvedPolicy, 'limits' | 'weight'>, now: number): TenantState {
    let tenant = this.#tenants.get(name);
    if (tenant === undefined) {
      const state = newTenant(name, limits, weight, this.memory);
      tenant = {
        state,
        startsLeft: limits.startsPerTenantPerSecond * wholeStart,
        countedAt: now,
        startsUnderWay: 0,
        runsReserved: 0,
        bytesHeld: 0,
      };
      this.#tenants.set(name, tenant);
      this.#idle.add(name);
      this.#forget();
    } else grant(tenant.state, limits, weight, now);
    return tenant.state;
  }

  /** A tenant as it stood in another process. What its open runs are told again of is in `usage` already. */
  restore(state: TenantState, { cpu, usage, overhead, isPaused }: StoredTenant, now: number): void {
    Object.assign(state.cpu, { grantedMs: state.limits.cpuPerTenantPerMinuteMs }, cpu);
    cpuAt(state, now); // What is granted now counts for a minute that began in the other process.
    Object.assign(state.usage, usage);
    Object.assign(state.overhead, overhead);
    this.pause(state, isPaused);
  }

  /** A tenant that is paused is remembered until it is resumed. */
  pause(state: TenantState, isPaused: boolean): void {
    state.isPaused = isPaused;
    if (isPaused) this.#idle.delete(state.name);
    else this.#restIfIdle(state);
  }

  get(name: string): TenantState | undefined {
    return this.#tenants.get(name)?.state;
  }

  /** Those with something open, and the last 10,000 others. */
  all(): TenantState[] {
    return [...this.#tenants.values()].map(({ state }) => state);
  }

  /** What all have used, those that are not remembered any more included. */
  usage(): Usage {
    const sum = { ...this.#forgotten };
    for (const { state } of this.#tenants.values()) addUsage(sum, state.usage);
    return sum;
  }

  /**
   * Takes one of the starts that the tenant has. Throws `TENANT_STARTS_EXCEEDED` when it has none now. They come back evenly:
   * it may make a second's worth at once, and then as many as its limit says in each further second.
   */
  takeStart(name: string, now: number): void {
    const tenant = this.#known(name);
    const { startsPerTenantPerSecond: rate } = tenant.state.limits;
    tenant.startsLeft = Math.min(rate * wholeStart, tenant.startsLeft + (now - tenant.countedAt) * rate);
    tenant.countedAt = now;
    if (tenant.startsLeft >= wholeStart) {
      tenant.startsLeft -= wholeStart;
      return;
    }
    const retryAfterMs = Math.ceil((wholeStart - tenant.startsLeft) / rate);
    const message = `The tenant has made its ${rate} starts of this second (limit \`startsPerTenantPerSecond\`). Try again in ${retryAfterMs} ms.`;
    throw new StepwellError('TENANT_STARTS_EXCEEDED', message, { retryAfterMs });
  }

  /** Throws `TENANT_CHECKS_EXCEEDED` if the tenant, where there is such a one, has used so much that no new source of it is checked now. */
  refuseChecks(name: string, now: number): void {
    const state = this.get(name);
    const at = state === undefined ? null : checksAt(state, now);
    if (at === null) return;
    const retryAfterMs = Math.ceil(at - now);
    const message = `The tenant owes all of its CPU time of the minute to come (limit \`cpuPerTenantPerMinuteMs\`): no new source of it is checked. Try again in ${retryAfterMs} ms.`;
    throw new StepwellError('TENANT_CHECKS_EXCEEDED', message, { retryAfterMs });
  }

  /** Room for one more run, until it is given back. Throws as {@link refuseFull}. */
  reserveRun(state: TenantState): void {
    this.refuseFull(state);
    this.#known(state.name).runsReserved++;
  }

  releaseRun({ name }: TenantState): void {
    this.#known(name).runsReserved--;
  }

  /** Throws `TENANT_…_EXCEEDED` when the tenant has no room for one more run. */
  refuseFull(state: TenantState): void {
    const { name, limits, runsOpen, branches, ledgerBytes } = state;
    if (runsOpen + this.#known(name).runsReserved >= limits.runsOpenPerTenant) {
      const message = `The tenant has its ${limits.runsOpenPerTenant} runs open or being started (limit \`runsOpenPerTenant\`). Try again when one of them has ended.`;
      throw new StepwellError('TENANT_RUNS_EXCEEDED', message);
    }
    if (branches >= limits.branchesOpenPerTenant) {
      const message = `The tenant has its ${limits.branchesOpenPerTenant} branches open (limit \`branchesOpenPerTenant\`). Try again when some of them have ended.`;
      throw new StepwellError('TENANT_BRANCHES_EXCEEDED', message);
    }
    refuseMemory(state, bytesOfRun([]));
    if (ledgerBytes >= limits.ledgerBytesPerTenant) {
      const message = `What is written down of the tenant's open runs has ${limits.ledgerBytesPerTenant} bytes (limit \`ledgerBytesPerTenant\`). Try again when some of them have ended.`;
      throw new StepwellError('TENANT_LEDGER_BYTES_EXCEEDED', message);
    }
  }

  /**
   * Until that start is over the tenant is not forgotten: it may have a run then. `bytes`: what it holds in memory; `isKnown`: whether its run is, for
   * which no more is kept. Throws `TENANT_RUNS_EXCEEDED` for one too many, and `…_MEMORY_EXCEEDED`.
   */
  startBegun(state: TenantState, bytes: number, isKnown: boolean): void {
    const { name, limits } = state;
    const tenant = this.#known(name);
    const most = Math.max(startsUnderWayLeast, limits.runsOpenPerTenant);
    if (tenant.startsUnderWay >= most) {
      const message = `The tenant has ${most} starts under way (limit \`runsOpenPerTenant\`). Try again when one of them is over.`;
      throw new StepwellError('TENANT_RUNS_EXCEEDED', message);
    }
    if (!isKnown) refuseMemory(state, bytes);
    tenant.startsUnderWay++;
    state.memory.take(kinds.starts, bytes);
    this.#idle.delete(name);
  }

  /** So much is held by a start that waits for another one with its `runId`. Throws `TENANT_CHECKS_EXCEEDED` if that is too much. */
  hold({ name, limits: { checkBytesPerTenant: most } }: TenantState, bytes: number): void {
    const tenant = this.#known(name);
    if (tenant.bytesHeld > 0 && tenant.bytesHeld + bytes > most) {
      const message = `The tenant's starts that wait for another one with their \`runId\` have their ${most} bytes (limit \`checkBytesPerTenant\`). Try again when some of them are over.`;
      throw new StepwellError('TENANT_CHECKS_EXCEEDED', message);
    }
    tenant.bytesHeld += bytes;
  }

  letGo({ name }: TenantState, bytes: number): void {
    this.#known(name).bytesHeld -= bytes;
  }

  startEnded(state: TenantState, bytes: number): void {
    state.memory.take(kinds.starts, -bytes);
    this.#known(state.name).startsUnderWay--;
    this.#restIfIdle(state);
  }

  opened(state: TenantState): void {
    state.runsOpen++;
    this.#idle.delete(state.name);
  }

  ended(state: TenantState): void {
    state.runsOpen--;
    this.#restIfIdle(state);
  }

  #known(name: string): Tenant {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) throw new Error('A tenant does something that was granted nothing.');
    return tenant;
  }

  #restIfIdle({ name, runsOpen, isPaused }: TenantState): void {
    if (runsOpen > 0 || isPaused || this.#known(name).startsUnderWay > 0) return;
    this.#idle.add(name);
    this.#forget();
  }

  #forget(): void {
    for (const name of this.#idle) {
      if (this.#idle.size <= idleMost) return;
      const usage = this.#tenants.get(name)?.state.usage;
      if (usage !== undefined) addUsage(this.#forgotten, usage);
      this.#idle.delete(name);
      this.#tenants.delete(name);
    }
  }
}

function refuseMemory(tenant: TenantState, bytes: number): void {
  const lack = lackOfMemory(tenant, bytes);
  if (lack !== null) throw new StepwellError(lack.code, lack.message);
}
