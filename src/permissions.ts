// A thread that is given options of its own has none of its process's (Node 24 and 26): in a host it would be free of all
// bounds without these. So would threads that it starts, which few may.

/** Options for a new thread: the permissions of the one that starts it. None where there is no permission model. */
export function permissionsForThread({ mayStartThreads = false } = {}): string[] {
  return process.execArgv.filter((option) => {
    if (option === '--allow-worker') return mayStartThreads;
    return option === '--permission' || option.startsWith('--allow-');
  });
}
