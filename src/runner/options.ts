// What `createRunner` and `runner.start` take, and the check that it is that, before anything happens.
import { availableParallelism } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { quoted } from '../admission/finding.ts';
import { type Clock, randomSeed, systemClock } from '../clock.ts';
import { StepwellError } from '../errors.ts';
import { refuseUnknown } from '../known-options.ts';
import { type Limits, resolveLimits } from '../limits.ts';
import { depthMost, isTooDeep } from '../protocol/depth.ts';
import type { Isolation } from '../protocol/frames.ts';
import { defaultRegion, type Region } from '../protocol/region.ts';
import { memoryStore, type StoreBackend } from '../state/backend.ts';
import type { RetryPolicy } from '../state/run-state.ts';
import { jsonTextOf } from './json-values.ts';
import { regionOf } from './region.ts';
import type { CheckOptions } from './runner-api.ts';

/** What a runner grants one tenant. */
export interface TenantPolicy {
  /** Default: the runner's. Holds for runs that are started from now on. */
  readonly isolation?: Isolation;
  /** See {@link RunnerOptions.timeZone}. Default: the runner's. Holds for runs that are started from now on. */
  readonly timeZone?: string;
  /** See {@link RunnerOptions.locale}. Default: the runner's. Holds for runs that are started from now on. */
  readonly locale?: string;
  /** Its share of the workers when several tenants want them, against the others'. From 1, the default, to 1,000. */
  readonly weight?: number;
  /**
   * Limits that differ from the runner's for this tenant. Runs whose steps are held to different ones have different cells: where each run is
   * given others, each starts in a cold one.
   */
  readonly limits?: Partial<Limits>;
}

export interface RunnerOptions {
  /**
   * What holds hostile code. `process`, the default: each worker thread lives in a child process, a host, that can be killed
   * and is replaced. `thread`: in this process, which some code can abort or hang: for code that is not hostile.
   */
  readonly containment?: 'process' | 'thread';
  /**
   * What steps of a workflow share. `realm`, the default: built-ins that are frozen, so that no step can change them for another. `context`:
   * nothing, so that a step may change them, as polyfills do; a step then takes some ms more, and some 16 of a workflow run at once in a
   * thread. A tenant's policy may say otherwise, and `runner.start`.
   */
  readonly isolation?: Isolation;
  /**
   * The time zone of steps: a name of the IANA database, such as `Europe/Berlin`. Their `Date` shows its local time, and `Intl` formats times in
   * it unless code names another one. Default: `UTC`, whatever the machine is set to. A tenant's policy may say otherwise, and `runner.start`.
   */
  readonly timeZone?: string;
  /**
   * The locale of steps, by which `Intl` and methods such as `toLocaleString` go unless code names another one: a BCP 47 tag. Default: `en-US`,
   * whatever the machine is set to. A tenant's policy may say otherwise, and `runner.start`.
   */
  readonly locale?: string;
  /**
   * Worker threads for steps, from 1 to 256. Default: the processors there are. Up to half as many, and at least two, are
   * added while there are steps that have to run alone; and a spare host.
   */
  readonly workers?: number;
  /** Where run state is kept: `sqliteStore({ file })`, or by default `memoryStore()`, which is gone with the process. */
  readonly store?: StoreBackend;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /**
   * What the runner may keep in memory for all tenants together, in bytes, each thing counted as what it takes; see `memoryBytesPerTenant`. A tenant may
   * take as much of it as is left: one alone a half, each of ten an eleventh. Beyond: `RUNNER_MEMORY_EXCEEDED`, for new runs too. Default: half
   * of the heap that V8 may have in this process (`--max-old-space-size`).
   */
  readonly memoryBytes?: number;
  /**
   * What a tenant is granted: by default what the runner says for all. Called when a run of the tenant is started, by `updateTenant` and
   * `check`, and by `createRunner` for those that have runs open in the store. Must be quick. If it throws, whoever asked gets
   * `OPTION_INVALID` with what it threw as `cause`.
   */
  readonly tenants?: (tenant: string) => TenantPolicy;
  /** How a failed step is tried again. Default: 3 attempts, from 1 s, doubling, up to 5 min, each spread by half. */
  readonly retry?: Partial<RetryPolicy>;
  /** The source of time. Default: the machine's. */
  readonly clock?: Clock;
}

export interface ResolvedOptions {
  readonly containment: 'process' | 'thread';
  readonly isolation: Isolation;
  readonly region: Region;
  readonly workers: number;
  readonly store: StoreBackend;
  readonly limits: Limits;
  readonly memoryBytes: number;
  readonly tenants: (tenant: string) => TenantPolicy;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  /** 256 bits as 64 hex digits: where the randomness of a new run comes from. */
  seed(): string;
}

/** What `runner.start` takes. */
export interface StartOptions {
  /** Who the run belongs to: 1 to 256 characters. */
  readonly tenant: string;
  /** JavaScript or TypeScript source that declares `class Workflow`. */
  readonly workflow: string;
  /** First argument of `start`: any JSON value. Default `{}`. */
  readonly data?: unknown;
  /** Second argument of every step: any JSON value. Default `{}`. */
  readonly headers?: unknown;
  /** 1 to 256 characters. The same id again gives the same run, whatever else is passed. Default: a new one. */
  readonly runId?: string;
  /** What its steps share; see {@link RunnerOptions.isolation}. Default: what its tenant is granted. */
  readonly isolation?: Isolation;
  /** See {@link RunnerOptions.timeZone}. Default: its tenant's. */
  readonly timeZone?: string;
  /** See {@link RunnerOptions.locale}. Default: its tenant's. */
  readonly locale?: string;
  /**
   * When it is aborted before `start` has resolved, `start` rejects with its reason, at once. No run that this call would have opened is left
   * open: one that a store has been given by then is cancelled. One that another start has opened stays as it is. When it is aborted
   * later, the run that `start` has resolved with is cancelled, whoever has opened it.
   */
  readonly signal?: AbortSignal;
}

const defaultRetry: Required<RetryPolicy> = {
  maxAttempts: 3,
  firstDelayMs: 1_000,
  longestDelayMs: 300_000,
  retryMistakes: false,
};
const optionNames = [
  'containment',
  'isolation',
  'timeZone',
  'locale',
  'workers',
  'store',
  'limits',
  'memoryBytes',
  'tenants',
  'retry',
  'clock',
];
const startOptionNames = [
  'tenant',
  'workflow',
  'data',
  'headers',
  'runId',
  'isolation',
  'timeZone',
  'locale',
  'signal',
];
const idLength = 256;

/** Throws `OPTION_INVALID`. */
export function resolveOptions(options: RunnerOptions): ResolvedOptions {
  refuseUnknown('OPTION_INVALID', options, optionNames);
  const {
    containment = 'process',
    isolation = 'realm',
    workers = availableParallelism(),
    store = memoryStore(),
    tenants = () => ({}),
    memoryBytes = Math.floor(getHeapStatistics().heap_size_limit / 2),
  } = options;
  if (containment !== 'process' && containment !== 'thread') {
    const message = `Expected \`containment\` to be 'process' or 'thread', got ${shown(containment)}.`;
    throw new StepwellError('OPTION_INVALID', message);
  }
  requireIsolation('OPTION_INVALID', 'isolation', isolation);
  const region = regionOf('OPTION_INVALID', '', options, defaultRegion);
  requireInteger('workers', workers, 1, 256);
  requireInteger('memoryBytes', memoryBytes, 1, 2 ** 40);
  const retry = { ...defaultRetry, ...options.retry };
  if (typeof retry.retryMistakes !== 'boolean') {
    const message = `Expected \`retry.retryMistakes\` to be true or false, got ${shown(retry.retryMistakes)}.`;
    throw new StepwellError('OPTION_INVALID', message);
  }
  refuseUnknown('OPTION_INVALID', retry, Object.keys(defaultRetry), 'retry.');
  requireInteger('retry.maxAttempts', retry.maxAttempts, 1, 1_000);
  requireInteger('retry.firstDelayMs', retry.firstDelayMs, 0, 86_400_000);
  requireInteger('retry.longestDelayMs', retry.longestDelayMs, retry.firstDelayMs, 86_400_000);
  if (typeof tenants !== 'function') {
    throw new StepwellError('OPTION_INVALID', `Expected \`tenants\` to be a function, got ${shown(tenants)}.`);
  }
  const clock = options.clock ?? systemClock();
  if (store?.kind !== 'memory')
    requireMethods('store', store, ['open', 'openRuns', 'create', 'commit', 'find', 'list', 'close']);
  requireMethods('clock', clock, ['now', 'wakeAt', 'idleUntil']);
  const limits = resolveLimits(options.limits);
  const kept = { store, limits, memoryBytes };
  return { containment, isolation, region, workers, ...kept, tenants, retry, clock, seed: randomSeed };
}

/** A start whose values have become the JSON text that the run keeps. */
export interface CheckedStart extends ResolvedPolicy {
  readonly tenant: string;
  readonly workflow: string;
  readonly runId: string | null;
  readonly data: string;
  readonly headers: string;
  readonly signal: AbortSignal | null;
}

/** Throws `RUN_OPTION_INVALID` for what cannot be the name of a tenant. */
export function requireTenant(tenant: unknown): void {
  requireId('tenant', tenant);
}

/** Throws `RUN_OPTION_INVALID`. `policyFor` is asked once the tenant is known to be one. */
export function checkStart(options: StartOptions, policyFor: (tenant: string) => ResolvedPolicy): CheckedStart {
  refuseUnknown('RUN_OPTION_INVALID', options, startOptionNames);
  const { tenant, workflow, data = {}, headers = {}, runId = null, signal = null } = options;
  requireTenant(tenant);
  const policy = policyFor(tenant);
  const { weight, limits } = policy;
  const { isolation = policy.isolation } = options;
  requireIsolation('RUN_OPTION_INVALID', 'isolation', isolation);
  const region = regionOf('RUN_OPTION_INVALID', '', options, policy.region);
  if (runId !== null) requireId('runId', runId);
  requireSource('workflow', workflow);
  if (signal !== null && !(signal instanceof AbortSignal)) {
    throw new StepwellError('RUN_OPTION_INVALID', `Expected \`signal\` to be an AbortSignal, got ${shown(signal)}.`);
  }
  const texts = { data: jsonOf('data', data, limits), headers: jsonOf('headers', headers, limits) };
  return { tenant, workflow, runId, weight, limits, isolation, region, signal, ...texts };
}

/** Throws `RUN_OPTION_INVALID`. Gives the tenant, null for none. */
export function checkedTenant(source: string, options: CheckOptions): string | null {
  requireSource('source', source);
  refuseUnknown('RUN_OPTION_INVALID', options, ['tenant']);
  const { tenant = null } = options;
  if (tenant !== null) requireTenant(tenant);
  return tenant;
}

/** Of a cancellation. Throws `RUN_OPTION_INVALID`. */
export function requireReason(reason: unknown): void {
  if (typeof reason === 'string') return;
  throw new StepwellError('RUN_OPTION_INVALID', `Expected the reason to be text, got ${shown(reason)}.`);
}

/** Throws `RUN_OPTION_INVALID` for what cannot be the id of a run. */
export function requireRunId(runId: unknown): void {
  requireId('runId', runId);
}

/** Throws `OPTION_INVALID`. Whether a runner that is closed lets its steps end first. */
export function isDraining(options: { readonly drain?: boolean }): boolean {
  refuseUnknown('OPTION_INVALID', options, ['drain']);
  const { drain = false } = options;
  if (typeof drain === 'boolean') return drain;
  throw new StepwellError('OPTION_INVALID', `Expected \`drain\` to be true or false, got ${shown(drain)}.`);
}

function requireSource(name: string, source: unknown): void {
  if (typeof source === 'string') return;
  throw new StepwellError('RUN_OPTION_INVALID', `Expected \`${name}\` to be source text, got ${shown(source)}.`);
}

function jsonOf(name: string, value: unknown, { payloadBytes }: Limits): string {
  const text = jsonTextOf(value, name);
  if (typeof text !== 'string') {
    throw new StepwellError('RUN_OPTION_INVALID', `Expected \`${name}\` to be JSON: ${text.why}.`);
  }
  if (isTooDeep(text)) {
    throw new StepwellError('RUN_OPTION_INVALID', `Expected \`${name}\` to be nested at most ${depthMost} deep.`);
  }
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes <= payloadBytes) return text;
  const message = `Expected \`${name}\` to have at most ${payloadBytes} bytes as JSON (limit \`payloadBytes\`), got ${bytes}.`;
  throw new StepwellError('RUN_OPTION_INVALID', message);
}

export interface ResolvedPolicy {
  readonly isolation: Isolation;
  readonly region: Region;
  readonly weight: number;
  readonly limits: Limits;
}

const weightMost = 1_000;

/** What a tenant has until the embedder is asked what it is granted. */
export function policyOfAll({ isolation, region, limits }: ResolvedOptions): ResolvedPolicy {
  return { isolation, region, weight: 1, limits };
}

/** What the embedder grants this tenant. Throws `OPTION_INVALID` for what is no policy, such as a promise of one. */
export function policyOf(options: ResolvedOptions, tenant: string): ResolvedPolicy {
  const policy = answerOf(options, tenant);
  if (typeof policy !== 'object' || policy === null || 'then' in policy) {
    const message = `Expected \`tenants\` to return a policy for the tenant ${quoted(tenant)}, got ${shown(policy)}.`;
    throw new StepwellError('OPTION_INVALID', message);
  }
  refuseUnknown('OPTION_INVALID', policy, ['isolation', 'timeZone', 'locale', 'weight', 'limits'], 'tenants().');
  const { isolation = options.isolation, weight = 1, limits: own } = policy as TenantPolicy; // Of which each part is looked at.
  requireIsolation('OPTION_INVALID', 'tenants().isolation', isolation);
  requireInteger('tenants().weight', weight, 1, weightMost);
  const region = regionOf('OPTION_INVALID', 'tenants().', policy, options.region);
  return { isolation, region, weight, limits: resolveLimits(own, options.limits) };
}

function answerOf({ tenants }: ResolvedOptions, tenant: string): unknown {
  try {
    return tenants(tenant);
  } catch (cause) {
    const message = `Expected \`tenants\` to return a policy for the tenant ${quoted(tenant)}, but it threw: see \`cause\`.`;
    throw new StepwellError('OPTION_INVALID', message, { cause });
  }
}

function requireIsolation(code: 'OPTION_INVALID' | 'RUN_OPTION_INVALID', name: string, value: unknown): void {
  if (value === 'realm' || value === 'context') return;
  throw new StepwellError(code, `Expected \`${name}\` to be 'realm' or 'context', got ${shown(value)}.`);
}

function requireMethods(name: string, value: object, methods: readonly string[]): void {
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && methods.every((method) => typeof Reflect.get(value, method) === 'function')) return;
  throw new StepwellError('OPTION_INVALID', `Expected \`${name}\` to have ${methods.join(', ')}, got ${shown(value)}.`);
}

export function requireInteger(name: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  const message = `Expected \`${name}\` to be an integer from ${least} to ${most}, got ${shown(value)}.`;
  throw new StepwellError('OPTION_INVALID', message);
}

function requireId(name: string, value: unknown): void {
  // Half a surrogate pair has no UTF-8 of its own: in a file two such names would be one.
  if (typeof value === 'string' && value.length >= 1 && value.length <= idLength && value.isWellFormed()) return;
  const message = `Expected \`${name}\` to be well-formed text of 1 to ${idLength} characters, got ${shown(value)}.`;
  throw new StepwellError('RUN_OPTION_INVALID', message);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  // What an object says of itself is code, and may throw.
  return typeof value === 'object' && value !== null ? 'an object' : `\`${String(value).slice(0, 60)}\``;
}
