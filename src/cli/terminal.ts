// The streams that the command line talks to, and what may be written to them.

export interface Output {
  write(text: string): void;
  /** Resolves when there is room for more, or when nobody reads any more. */
  drained(): Promise<void>;
  /** Whether nobody reads what is written. */
  readonly isClosed: boolean;
  /** Size of the window, for an output that is one. */
  readonly columns: number;
  readonly rows: number;
}

export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  readonly input: AsyncIterable<Uint8Array>;
  /** Whether `out` is a window in which lines can be drawn again. If not, nothing but plain lines may be written. */
  readonly isLive: boolean;
}

export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const isCi = !['', 'false', '0'].includes(env['CI'] ?? '');
  const isPlain = isCi || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: streamOutput(stdout),
    err: streamOutput(stderr),
    // A getter, because touching stdin opens it.
    get input() {
      return stdin;
    },
    isLive: stdout.isTTY === true && !isPlain,
  };
}

/** A reader may stop reading, as `head` does. Then what is written goes nowhere, and the run goes on to its end. */
function streamOutput(stream: NodeJS.WriteStream): Output {
  let isClosed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    isClosed = true;
    stream.emit('drain');
  });
  return {
    write(text) {
      if (!isClosed) stream.write(text);
    },
    async drained() {
      if (!isClosed && stream.writableNeedDrain) await new Promise((resolve) => stream.once('drain', resolve));
    },
    get isClosed() {
      return isClosed;
    },
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
  };
}
