// Where run state is kept beyond the memory of the process. The mutation queue hands each batch over before anybody
// hears of it.
import type { Mutation } from './mutation.ts';

export interface StoreBackend {
  /** Takes a batch that has just been applied. When it returns, the batch is acknowledged. */
  commit(batch: readonly Mutation[]): void;
  close(): void;
}

/** Keeps nothing beyond the process: runs live in its memory and end with it. */
export function memoryStore(): StoreBackend {
  return { commit() {}, close() {} };
}
