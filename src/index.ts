// The public surface of Stepwell.
export { type Clock, skippingClock, systemClock } from './clock.ts';
export { type SqliteStoreOptions, sqliteStore } from './durable/sqlite-store.ts';
export { type ErrorCode, type Finding, type FindingCode, StepwellError } from './errors.ts';
export type { RunId, StepId } from './ids.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { mermaidOf } from './mermaid.ts';
export type { Isolation } from './protocol/frames.ts';
export type { LogLevel, ThrownFields, ThrownPart } from './protocol/records.ts';
export type { RunnerEvent } from './runner/news.ts';
export type { RunnerOptions, StartOptions, TenantPolicy } from './runner/options.ts';
export type { Outcome } from './runner/outcome.ts';
export type { Run, RunStoreView } from './runner/run.ts';
export { createRunner } from './runner/runner.ts';
export type { CheckOptions, ListOptions, Runner, RunPage } from './runner/runner-api.ts';
export type { HostStats, LaneStats, RunnerStats } from './runner/stats.ts';
export type { TenantView } from './runner/tenant-view.ts';
export { memoryStore, type RunSummary, type StoreBackend } from './state/backend.ts';
export type { RunEvent, RunEventType } from './state/events.ts';
export type {
  Cancellation,
  Effect,
  Interrupted,
  LogLine,
  RetryPolicy,
  RunStatusName,
  RunUsage,
  StepCounts,
  StepFailure,
} from './state/run-state.ts';
export type { Overhead } from './state/tenant-state.ts';
export type { Usage } from './state/usage.ts';
export type { StepEdge, StepGraph, StepNode, WorkflowReport } from './workflow-report.ts';
