// What `performance.mark` and `performance.measure` give: objects that cannot be changed, as in Node and browsers.

export class PerformanceEntry {
  readonly #name: string;
  readonly #startTime: number;
  readonly #duration: number;
  readonly #detail: unknown;

  constructor(name: string, startTime: number, duration: number, detail: unknown) {
    this.#name = name;
    this.#startTime = startTime;
    this.#duration = duration;
    this.#detail = detail;
  }

  get name(): string {
    return this.#name;
  }

  get entryType(): string {
    return '';
  }

  /** Milliseconds since `performance.timeOrigin`. */
  get startTime(): number {
    return this.#startTime;
  }

  get duration(): number {
    return this.#duration;
  }

  get detail(): unknown {
    return this.#detail;
  }

  toJSON(): object {
    const { name, entryType, startTime, duration, detail } = this;
    return { name, entryType, startTime, duration, detail };
  }
}

export class PerformanceMark extends PerformanceEntry {
  override get entryType(): 'mark' {
    return 'mark';
  }
}

export class PerformanceMeasure extends PerformanceEntry {
  override get entryType(): 'measure' {
    return 'measure';
  }
}
