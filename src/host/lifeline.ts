// What the main thread of every host does: it waits for the end. It runs no tenant's code, and reads none that could keep it for long, so that nothing
// keeps it from ending the process, whatever its other threads are at.

/** Ends this process when the embedder is gone. `title` is its name in a list of processes. */
export function endWithEmbedder(title: string): void {
  process.title = title;
  // Those go to the embedder as well, who may want to end in good order, with its hosts.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  // Standard input comes from the embedder, which never writes to it: its end is the embedder's.
  process.stdin.on('close', endHost).on('error', endHost).resume();
}

/** process.exit would wait for threads, and a thread that hangs never ends. */
export function endHost(): void {
  process.kill(process.pid, 'SIGKILL');
}
