// What earlier attempts of a step have done, as the semantics say it: an op with the same method, key and arguments at the
// same position is not done again.

export class ModelJournal {
  #entries: { readonly text: string; readonly isEffect: boolean }[] = [];
  #position = 0;
  #divergences = 0;
  branches = 0;

  /** Done once: not again if an earlier attempt did the same at this position. */
  effect(text: string, make: () => void): void {
    if (this.#isNew(text, true)) make();
  }

  /** Made anew in each attempt. */
  read<T>(text: string, make: () => T): T {
    this.#isNew(text, false);
    return make();
  }

  /** The step has failed. What stands behind its last effect is forgotten. */
  rewindFailed(): void {
    this.#entries.length = 1 + this.#entries.findLastIndex(({ isEffect }) => isEffect);
    this.#position = 0;
  }

  takeDivergences(): number {
    const divergences = this.#divergences;
    this.#divergences = 0;
    return divergences;
  }

  #isNew(text: string, isEffect: boolean): boolean {
    const known = this.#entries[this.#position];
    if (known?.text !== text) {
      if (known !== undefined) this.#divergences++;
      this.#entries.length = this.#position;
      this.#entries.push({ text, isEffect });
    }
    this.#position++;
    return known?.text !== text;
  }
}
