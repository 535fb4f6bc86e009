// What can be said of a workflow by reading its source: see `runner.check` and `stepwell check`.
import type { Finding } from './errors.ts';

export interface WorkflowReport {
  /** Whether a run of it can be started. */
  readonly ok: boolean;
  /** Why it cannot, in source order: what `runner.start` rejects with. Empty if `ok`. */
  readonly errors: readonly Finding[];
  /** What it can be started with, and what is hardly meant so. In source order. */
  readonly warnings: readonly Finding[];
  /** Null if the source cannot be read as far as that. */
  readonly graph: StepGraph | null;
}

/** Which steps there are, and which of them schedules which, as far as it is written out in the source. */
export interface StepGraph {
  /** `start`, what it leads to in that order, and hooks. */
  readonly steps: readonly StepNode[];
  readonly edges: readonly StepEdge[];
}

/** A name is the author's: any text. */
export interface StepNode {
  readonly name: string;
  readonly kind: 'start' | 'step' | 'hook';
}

export interface StepEdge {
  readonly from: string;
  /** Null: which step it is turns out when `from` runs. */
  readonly to: string | null;
  /** From within a loop or a callback: it may be any number of branches. */
  readonly isRepeated: boolean;
  /** As it is written; null if it is none, or turns out when `from` runs. */
  readonly delay: string | null;
}
