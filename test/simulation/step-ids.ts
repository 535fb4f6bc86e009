// Which id the runner gave to which step of a plan: each planned step says its own.
import type { Outcome } from '../../src/index.ts';

export interface StepIds {
  pathOf(stepId: string): string;
  readonly size: number;
  readonly paths: readonly string[];
}

const prefix = 'id of ';

export function stepIdsOf(store: Outcome['store']): StepIds {
  const paths = new Map<string, string>();
  for (const key of Object.keys(store).filter((name) => name.startsWith(prefix))) {
    const [stepId] = store[key] as [string];
    paths.set(stepId, key.slice(prefix.length));
  }
  return {
    pathOf: (stepId) => paths.get(stepId) ?? `nobody (${stepId})`,
    size: paths.size,
    paths: [...paths.values()],
  };
}
