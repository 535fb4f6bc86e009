// Every bound of Stepwell, in one place. A bound is an integer, its unit is the last word of its name, and crossing it
// is a typed error for whoever crossed it. Relations between bounds are checked once, when a runner is made.
import { StepwellError } from './errors.ts';

/** All limits. Each is optional in `createRunner({ limits })`; the default stands in {@link defaultLimits}. */
export interface Limits {
  /** Source text of one workflow. Beyond: `WORKFLOW_INVALID`. */
  readonly sourceBytes: number;
  /** Time the admission check of one source may take, after a first slice of it. Beyond: `WORKFLOW_CHECK_TIMED_OUT`. */
  readonly checkWallMs: number;
  /**
   * Sources of one tenant, of `start` and of `runner.check`, that are being checked or wait for it; each counts as 1 KiB at least. As much
   * again may be held, with data and headers, by starts that wait for another one with their `runId`. Beyond: `TENANT_CHECKS_EXCEEDED`.
   */
  readonly checkBytesPerTenant: number;

  /** CPU time of one attempt of a step, measured alone in its cell. Beyond: `STEP_CPU_EXCEEDED`. */
  readonly stepCpuMs: number;
  /**
   * Time from an attempt's dispatch to its end, waiting for replies and timers included. Time in which something was ready for it while its
   * thread was at other steps does not count; with `containment: 'thread'` at most as much again as this limit. Beyond: `STEP_WALL_EXCEEDED`.
   */
  readonly stepWallMs: number;
  /** One turn of a shared cell. Beyond, each step of the turn is run again alone. */
  readonly turnCpuMs: number;
  /** V8 heap of one cell. Beyond: `STEP_MEMORY_EXCEEDED` for a step that is alone in its cell. */
  readonly cellMemoryMb: number;
  /**
   * Ops of one step that wait for their reply; and as many of its timers. Beyond, they wait in the cell, in order, as far as there is room
   * for them: see {@link opBytesWaitingIn}.
   */
  readonly opsInFlightPerStep: number;
  /** Text of those ops. Beyond, they wait likewise; one that is longer goes alone. */
  readonly opBytesInFlightPerStep: number;
  /** Ops of one attempt of a step, logs included. Beyond: `OPS_EXCEEDED`. */
  readonly opsPerStep: number;
  /**
   * What is kept of the ops of one step until it ends: their texts, the values that they have read, and 160 bytes for each.
   * Beyond: `OP_BYTES_EXCEEDED`.
   */
  readonly opBytesPerStep: number;
  /** A `payload` or an output, as JSON. Beyond: `PAYLOAD_TOO_LARGE`. `data` and `headers`: `RUN_OPTION_INVALID`. */
  readonly payloadBytes: number;
  /** Log text of one step. Beyond, the log is cut with a notice. */
  readonly logBytesPerStep: number;
  /** Branches one step may arm. Beyond: `FAN_OUT_EXCEEDED`. */
  readonly fanOutPerStep: number;

  /** Branches of one run, in all. Beyond: `STEPS_EXCEEDED`. */
  readonly stepsPerRun: number;
  /** What is kept of the ops of one run's unfinished steps. Beyond: `OP_BYTES_EXCEEDED`. */
  readonly opBytesPerRun: number;
  /** Payloads of one run's branches that have not ended. Beyond: `ARMED_BYTES_EXCEEDED`. */
  readonly armedBytesPerRun: number;
  /** Schedules from `start` to a step. Beyond: `CHAIN_DEPTH_EXCEEDED`. */
  readonly chainDepth: number;
  /** Keys of one run's store. Beyond: `STORE_KEYS_EXCEEDED`. */
  readonly storeKeysPerRun: number;
  /** Keys and values of one run's store. Beyond: `STORE_BYTES_EXCEEDED`. */
  readonly storeBytesPerRun: number;
  /** One value of `set`, or one item of `push`, as JSON. Beyond: `VALUE_TOO_LARGE`. */
  readonly valueBytes: number;
  /** One key, in UTF-8. Beyond: `KEY_INVALID`. */
  readonly keyBytes: number;
  /** One value as `get` returns it (a list may have grown past `valueBytes`). Beyond: `READ_TOO_LARGE`. */
  readonly readBytes: number;
  /**
   * What a store that outlives the process writes down of one open run: what it was started with, each op, attempt and reply. Beyond, the
   * run fails with `LEDGER_BYTES_EXCEEDED`, without hooks.
   */
  readonly ledgerBytesPerRun: number;
  /** Log text kept for one run. Beyond, later lines are counted but not kept. */
  readonly logBytesPerRun: number;
  /** Events held for a reader of `run.events()` that lags. Beyond, the oldest go and `events_dropped` says how many. */
  readonly eventsBuffered: number;
  /** What those events hold: their texts, and 256 bytes for each. Beyond, the oldest go likewise; one that is larger is held alone. */
  readonly eventBytesBuffered: number;
  /** Shortest delay that `scheduleNextStep` takes, in seconds. Below, an omitted one included: `DELAY_INVALID`. */
  readonly delaySecondsMin: number;

  /**
   * Open runs of one tenant, and starts that are about to open one. Those that wait for another start with their `runId` are counted apart:
   * so many, or 1,000, may be under way. Beyond: `TENANT_RUNS_EXCEEDED`.
   */
  readonly runsOpenPerTenant: number;
  /** Steps of one tenant in cells at once. Beyond, branches wait. */
  readonly stepsActivePerTenant: number;
  /** Runs one tenant may start in a second, and at once. Beyond: `TENANT_STARTS_EXCEEDED`, which says when to try again. */
  readonly startsPerTenantPerSecond: number;
  /** Branches of one tenant's runs that have not ended, armed ones included. Beyond: `TENANT_BRANCHES_EXCEEDED`. */
  readonly branchesOpenPerTenant: number;
  /** Keys and values of one tenant's open runs. Beyond: `TENANT_STORE_BYTES_EXCEEDED`. */
  readonly storeBytesPerTenant: number;
  /**
   * What the runner keeps in memory for one tenant: its open runs with their stores, payloads, journals and logs, their sources and its starts
   * under way, each counted as what it takes in memory. A value counts as text or as the value that it stands for, whichever is more. Beyond:
   * `TENANT_MEMORY_EXCEEDED`, for new runs too; logs are cut with a notice.
   */
  readonly memoryBytesPerTenant: number;
  /** Events of one tenant's runs that wait for readers, as what they take in memory. Beyond, the oldest of the reader go, as for `eventsBuffered`. */
  readonly eventBytesPerTenant: number;
  /** As `ledgerBytesPerRun`, of a tenant's open runs together. Beyond: `TENANT_LEDGER_BYTES_EXCEEDED`, for new runs too. */
  readonly ledgerBytesPerTenant: number;
  /**
   * CPU time of one tenant's steps in a minute. Beyond, its branches wait for the next one. What was used beyond it is owed, and taken off
   * the minutes that follow. Where it is changed within a minute, the largest value of that minute counts.
   * Default: as much as there can be, that is no budget.
   */
  readonly cpuPerTenantPerMinuteMs: number;
  /** Ended runs a runner remembers; the oldest go. */
  readonly runsEndedKept: number;
  /** How long it remembers them. */
  readonly runsEndedKeptMs: number;
  /** Outputs, stores and logs of those runs; in a file, their ledgers and sources. The oldest go. */
  readonly runsEndedBytesKept: number;

  /**
   * Steps one worker thread holds at once. Beyond, branches wait. A tenant has at most four times as many as it leaves to others, and the last
   * eighth is for tenants that have none.
   */
  readonly stepsActivePerWorker: number;
  /** Records delivered in one turn: steps that start, replies. Fewer keep a worker and the main thread busy side by side. */
  readonly stepsPerTurn: number;
  /**
   * Cells of one worker thread; the least recently used goes, that of a tenant with many first. A tenant has at most as many in use as it
   * leaves to others, and the last eighth is for tenants that have none. Where all are in use, a tenant of which nothing runs gets the place of
   * one whose steps are let end.
   */
  readonly cellsPerWorker: number;
  /** Cells one host process opens before another takes its place: V8 and the allocator keep some 5 KiB of each. */
  readonly cellsOpenedPerHost: number;
  /** A cell that nobody has used for so long goes. */
  readonly cellIdleMs: number;
  /**
   * A cell that is so old goes when it is empty, and takes no more steps as soon as its tenant may have another one beside it. So does one
   * whose heap is three quarters full.
   */
  readonly cellAgeMs: number;
  /** V8 heap of one worker thread outside its cells. Beyond, the thread is replaced. */
  readonly workerMemoryMb: number;
  /** Text on its way to one worker thread. Beyond, replies wait in order. */
  readonly bytesInFlightPerWorker: number;
  /** One frame between a worker thread and the main thread. Beyond: as for `cellMemoryMb`. */
  readonly frameBytes: number;
  /** Resident memory of one host process, where the system tells it (Linux). Beyond, it is killed and replaced. */
  readonly hostMemoryMb: number;
}

/** The limits that a cell is made with, and those that its turns are measured by: see {@link areSameForCell}. */
export type CellLimits = Pick<
  Limits,
  | 'stepCpuMs'
  | 'turnCpuMs'
  | 'cellMemoryMb'
  | 'opsInFlightPerStep'
  | 'opBytesInFlightPerStep'
  | 'payloadBytes'
  | 'valueBytes'
  | 'keyBytes'
  | 'logBytesPerStep'
  | 'delaySecondsMin'
>;

const KiB = 1024;
const MiB = 1024 * KiB;

export const defaultLimits: Limits = {
  sourceBytes: 1 * MiB,
  checkWallMs: 5_000,
  checkBytesPerTenant: 64 * MiB,
  stepCpuMs: 5_000,
  stepWallMs: 60_000,
  turnCpuMs: 50,
  cellMemoryMb: 64,
  opsInFlightPerStep: 1_000,
  opBytesInFlightPerStep: 8 * MiB,
  opsPerStep: 100_000,
  opBytesPerStep: 64 * MiB,
  payloadBytes: 1 * MiB,
  logBytesPerStep: 256 * KiB,
  fanOutPerStep: 10_000,
  stepsPerRun: 1_000_000,
  opBytesPerRun: 128 * MiB,
  armedBytesPerRun: 64 * MiB,
  chainDepth: 1_000,
  storeKeysPerRun: 10_000,
  storeBytesPerRun: 64 * MiB,
  valueBytes: 1 * MiB,
  keyBytes: 512,
  readBytes: 8 * MiB,
  ledgerBytesPerRun: 1_024 * MiB,
  logBytesPerRun: 4 * MiB,
  eventsBuffered: 10_000,
  eventBytesBuffered: 16 * MiB,
  delaySecondsMin: 0,
  runsOpenPerTenant: 10_000,
  stepsActivePerTenant: 256,
  startsPerTenantPerSecond: 10_000,
  cpuPerTenantPerMinuteMs: 15_360_000,
  branchesOpenPerTenant: 2_000_000,
  storeBytesPerTenant: 1_024 * MiB,
  memoryBytesPerTenant: 512 * MiB,
  eventBytesPerTenant: 64 * MiB,
  ledgerBytesPerTenant: 4_096 * MiB,
  runsEndedKept: 10_000,
  runsEndedKeptMs: 30 * 86_400_000,
  runsEndedBytesKept: 256 * MiB,
  stepsActivePerWorker: 1_024,
  stepsPerTurn: 256,
  cellsPerWorker: 64,
  cellsOpenedPerHost: 2_500,
  cellIdleMs: 600_000,
  cellAgeMs: 3_600_000,
  workerMemoryMb: 256,
  bytesInFlightPerWorker: 16 * MiB,
  frameBytes: 256 * MiB,
  hostMemoryMb: 1_024,
};

/** Smallest and largest value of each limit. `delaySecondsMin` alone may be 0. */
const ceilings: { readonly [K in keyof Limits]: number } = {
  sourceBytes: 16 * MiB,
  checkWallMs: 60_000,
  checkBytesPerTenant: 1_024 * MiB,
  stepCpuMs: 300_000,
  stepWallMs: 3_600_000,
  turnCpuMs: 1_000,
  cellMemoryMb: 4_096,
  opsInFlightPerStep: 100_000,
  opBytesInFlightPerStep: 256 * MiB,
  opsPerStep: 100_000_000,
  opBytesPerStep: 4_096 * MiB,
  payloadBytes: 64 * MiB,
  logBytesPerStep: 64 * MiB,
  fanOutPerStep: 10_000_000,
  stepsPerRun: 100_000_000,
  opBytesPerRun: 4_096 * MiB,
  armedBytesPerRun: 4_096 * MiB,
  chainDepth: 100_000_000,
  storeKeysPerRun: 10_000_000,
  storeBytesPerRun: 4_096 * MiB,
  valueBytes: 64 * MiB,
  keyBytes: 64 * KiB,
  readBytes: 256 * MiB,
  ledgerBytesPerRun: 65_536 * MiB,
  logBytesPerRun: 1_024 * MiB,
  eventsBuffered: 10_000_000,
  eventBytesBuffered: 1_024 * MiB,
  delaySecondsMin: 400 * 86_400,
  runsOpenPerTenant: 10_000_000,
  stepsActivePerTenant: 1_000_000,
  startsPerTenantPerSecond: 10_000_000,
  cpuPerTenantPerMinuteMs: 15_360_000,
  branchesOpenPerTenant: 1_000_000_000,
  storeBytesPerTenant: 65_536 * MiB,
  memoryBytesPerTenant: 65_536 * MiB,
  eventBytesPerTenant: 65_536 * MiB,
  ledgerBytesPerTenant: 1_048_576 * MiB,
  runsEndedKept: 10_000_000,
  runsEndedKeptMs: 400 * 86_400_000,
  runsEndedBytesKept: 65_536 * MiB,
  stepsActivePerWorker: 1_000_000,
  stepsPerTurn: 100_000,
  cellsPerWorker: 10_000,
  cellsOpenedPerHost: 10_000_000,
  cellIdleMs: 86_400_000,
  cellAgeMs: 86_400_000,
  workerMemoryMb: 16_384,
  bytesInFlightPerWorker: 1_024 * MiB,
  frameBytes: 512 * MiB,
  hostMemoryMb: 65_536,
};

/** Pairs of which the first may not be larger than the second. */
const relations: readonly (readonly [keyof Limits, keyof Limits])[] = [
  ['sourceBytes', 'checkBytesPerTenant'],
  ['turnCpuMs', 'stepCpuMs'],
  ['stepCpuMs', 'stepWallMs'],
  ['valueBytes', 'readBytes'],
  ['valueBytes', 'opBytesInFlightPerStep'],
  ['payloadBytes', 'opBytesInFlightPerStep'],
  ['valueBytes', 'storeBytesPerRun'],
  ['valueBytes', 'storeBytesPerTenant'],
  ['ledgerBytesPerRun', 'ledgerBytesPerTenant'],
  ['cellsPerWorker', 'cellsOpenedPerHost'],
  ['opsInFlightPerStep', 'opsPerStep'],
  ['fanOutPerStep', 'stepsPerRun'],
];

/**
 * What the ops of one step that wait in its cell for their turn may hold: their texts, and 384 bytes for each. Three quarters of the cell's
 * memory, for the step has values of its own. Beyond: `OP_BYTES_WAITING_EXCEEDED`.
 */
export function opBytesWaitingIn(cellMemoryMb: number): number {
  return (cellMemoryMb * MiB * 3) / 4;
}

/** The limits that hold when `overrides` are laid over `base`. Throws `OPTION_INVALID` and changes nothing. */
export function resolveLimits(overrides: Partial<Limits> = {}, base: Limits = defaultLimits): Limits {
  if (typeof overrides !== 'object' || overrides === null) {
    throw new StepwellError(
      'OPTION_INVALID',
      `Expected \`limits\` to be an object of limits, got \`${String(overrides)}\`.`,
    );
  }
  for (const [name, value] of Object.entries(overrides)) {
    if (!isLimitName(name)) {
      const known = Object.keys(defaultLimits).join(', ');
      throw new StepwellError('OPTION_INVALID', `Unknown limit \`${name}\`. Known limits: ${known}.`);
    }
    const floor = name === 'delaySecondsMin' ? 0 : 1;
    if (!Number.isInteger(value) || value < floor || value > ceilings[name]) {
      throw new StepwellError(
        'OPTION_INVALID',
        `Expected limit \`${name}\` to be an integer from ${floor} to ${ceilings[name]}, got \`${String(value)}\`.`,
      );
    }
  }
  if (Object.keys(overrides).length === 0) return base; // Runs keep their limits: most of them can have the same.
  const limits: Limits = { ...base, ...overrides };
  for (const [smaller, larger] of relations) {
    if (limits[smaller] > limits[larger]) {
      throw new StepwellError(
        'OPTION_INVALID',
        `Expected limit \`${smaller}\` (${limits[smaller]}) to be at most \`${larger}\` (${limits[larger]}). Raise \`${larger}\` or lower \`${smaller}\`.`,
      );
    }
  }
  return limits;
}

/**
 * Whether a cell that was opened for the one may take steps that are held to the other. Asked for each step on each thread, and a tenant
 * with limits of its own has them as another object in each run: a loop over the names takes twenty times as long.
 */
export function areSameForCell(one: CellLimits, other: CellLimits): boolean {
  return (
    one === other ||
    (one.stepCpuMs === other.stepCpuMs &&
      one.turnCpuMs === other.turnCpuMs &&
      one.cellMemoryMb === other.cellMemoryMb &&
      one.opsInFlightPerStep === other.opsInFlightPerStep &&
      one.opBytesInFlightPerStep === other.opBytesInFlightPerStep &&
      one.payloadBytes === other.payloadBytes &&
      one.valueBytes === other.valueBytes &&
      one.keyBytes === other.keyBytes &&
      one.logBytesPerStep === other.logBytesPerStep &&
      one.delaySecondsMin === other.delaySecondsMin)
  );
}

function isLimitName(name: string): name is keyof Limits {
  return Object.hasOwn(defaultLimits, name);
}
