// Every code of an error, with what causes it and what helps. `ErrorCode` is made of its keys: there is none without an explanation.
// docs/errors.md and `stepwell explain` are made from it.

export interface Explanation {
  readonly cause: string;
  readonly remedy: string;
}

const explain = (cause: string, remedy: string): Explanation => ({ cause, remedy });

/** Rejected or thrown at the embedder, before any side effect. */
export const embedderErrors = {
  OPTION_INVALID: explain(
    'An option of `createRunner`, of the test kit or of `runner.list` is unknown, of the wrong type or out of range; or `tenants` gave no policy for a tenant.',
    'The message names the option, what was expected and what was got. What `tenants` threw is in `error.cause`.',
  ),
  RUN_OPTION_INVALID: explain(
    'An option or argument of a call of the runner or a run is unknown, of the wrong type, larger than `payloadBytes`, or a value that JSON would change.',
    'The message names the option, what was expected and what was got.',
  ),
  WORKFLOW_INVALID: explain(
    'The source cannot become a workflow.',
    'Every reason is in `error.findings`, with line and column; see the codes of findings. `stepwell check` prints them.',
  ),
  WORKFLOW_CHECK_TIMED_OUT: explain(
    'Reading the source took longer than `checkWallMs`.',
    'Make the source smaller or flatter, or raise the limit.',
  ),
  RUN_ID_TAKEN: explain(
    'Another tenant has a run with this id.',
    'Make the ids of runs from the tenant and something of its own, such as `acme/order-1001`.',
  ),
  RUN_ENDED: explain('The run has ended, and its keys are gone.', 'Read them in `(await run.result()).store`.'),
  RUNNER_CLOSED: explain(
    'The runner was closed, or is being closed.',
    'Make a new one. With a store that outlives the process it goes on with the runs that were open.',
  ),
  STEP_NOT_RECORDED: explain(
    'The file has nothing of the step that could be replayed: there is no such step, or no attempt of it has ended.',
    '`stepwell show FILE RUN` lists the steps of the run.',
  ),
  RUN_NEVER_ENDS: explain(
    'In a test: the run waits for nothing that time would bring, for it or its tenant is paused.',
    'Resume it before `runToEnd`.',
  ),
  TENANT_RUNS_EXCEEDED: explain(
    'The tenant has `runsOpenPerTenant` runs open, those that are being started included.',
    'Start this one when one of them has ended; or raise the limit for this tenant.',
  ),
  TENANT_STARTS_EXCEEDED: explain(
    'The tenant has made its `startsPerTenantPerSecond` starts.',
    'Try again after `error.retryAfterMs`.',
  ),
  TENANT_CHECKS_EXCEEDED: explain(
    'The sources of one tenant, or of all checks without one, that are being checked or wait for it, or starts that wait for another one with their `runId`, have reached `checkBytesPerTenant`. Or the tenant owes all of the CPU time of the minute to come (`cpuPerTenantPerMinuteMs`), so no new source of it is checked.',
    'Try again when some of them have been checked, or after `error.retryAfterMs` where there is one; or raise the limit for this tenant.',
  ),
  TENANT_LEDGER_BYTES_EXCEEDED: explain(
    'What is written down of the tenant’s open runs has reached `ledgerBytesPerTenant`.',
    'Start this one when some of them have ended; or raise the limit for this tenant.',
  ),
  TENANT_MEMORY_EXCEEDED: explain(
    'What the runner keeps in memory for the tenant has reached `memoryBytesPerTenant`: `runner.tenant(name).memory` says for what. Within a step, nothing more is kept of its ops.',
    'Let some of its runs end, keep less in them, or raise the limit for this tenant.',
  ),
  RUNNER_MEMORY_EXCEEDED: explain(
    'The tenant has as much of the runner’s memory (`memoryBytes`) as is left for others; or the run is kept in a file, and waits for room in memory.',
    'Try again when some runs have ended. Give the process a larger heap (`--max-old-space-size`), or more runners fewer tenants each.',
  ),
  HOST_START_FAILED: explain(
    'Hosts end as soon as they are started, or none can be started: no memory, no processes, or no permission for them.',
    "The message says what they died of. Where processes cannot be started at all, `containment: 'thread'` does without.",
  ),
  PACKAGE_INCOMPLETE: explain(
    'A file of Stepwell that a runner starts by its path is not where it should be. Most often a bundler has packed Stepwell into one file.',
    'Mark `stepwell` as external in the bundler, and install it where the program runs.',
  ),
  STORE_LOCKED: explain(
    'Another runner has the file of the store.',
    'Close that one first: a file has one runner at a time.',
  ),
  STORE_FOREIGN: explain(
    'The file is a SQLite database of something else, or none at all.',
    'Name another file. This one was left as it is.',
  ),
  STORE_TOO_NEW: explain(
    'The file was written by a later version of Stepwell.',
    'Use that version, or a later one. The file was left as it is.',
  ),
  STORE_DAMAGED: explain(
    'The file cannot be read as what a runner has written.',
    '`stepwell store check FILE` says what is wrong and where. Restore the file from a copy.',
  ),
  STORE_FULL: explain(
    'There is no room for more on the disk, or within the `fileBytes` of the store.',
    'Make room: what runs waits for it and then goes on.',
  ),
  STORE_UNAVAILABLE: explain(
    'The file cannot be written or read: the operating system refuses it.',
    'The message has what it said. Mend that, and make a new runner.',
  ),
} as const satisfies Record<string, Explanation>;

/** Why a step failed, as the outcome of its run says. */
export const stepErrors = {
  STEP_THREW: explain(
    'The step threw, or rejected with, an error of its own.',
    '`error.message`, `error.stack` and `error.thrownCode` are the author’s. `retryable: false` on the error saves further attempts.',
  ),
  STEP_REJECTION_UNHANDLED: explain(
    'A promise of the step was rejected and nothing handled it.',
    'Await every call, or give it a `catch`. `stepwell check` finds calls that nobody waits for.',
  ),
  STEP_STALLED: explain(
    'The step awaits a promise that nothing can settle any more: no op and no timer of it is under way.',
    'Look for a promise whose `resolve` is never called.',
  ),
  STEP_CPU_EXCEEDED: explain(
    'The step used `stepCpuMs` of CPU time, in one go or over many turns.',
    'Do less in one step: schedule the rest. `error.stack` has the lines that ran last, if that is known. Or raise the limit.',
  ),
  STEP_WALL_EXCEEDED: explain(
    'The step did not end within `stepWallMs`, waiting for replies and timers included, and for other steps of its thread not.',
    'Wait by `scheduleNextStep` with a delay, not within a step. Or raise the limit.',
  ),
  STEP_MEMORY_EXCEEDED: explain(
    'The step used `cellMemoryMb`, or took its host beyond `hostMemoryMb`.',
    'Hold less at once: split the work into steps, keep results in the run store. Or raise the limit. V8 ends the isolate without a stack, so no line can be named: log before large allocations.',
  ),
  STEP_CRASHED_HOST: explain(
    'Alone in its host, the step made V8 give up the process.',
    'The code does something that no correct program needs, such as a string of a gigabyte. Nobody else was harmed.',
  ),
  STEP_LOST: explain(
    'The step was there when its host or cell was lost, more often than is tolerated, for reasons that are not the step’s.',
    'See `host_lost` and `cell_lost` in `runner.events()`: the machine may be short of memory or of processors.',
  ),
  OUTPUT_INVALID: explain(
    'What the step returned holds what JSON would leave out or change: a Map, a Set, a function, NaN, a BigInt, bytes, itself; or it is nested more than 1,000 deep.',
    'The message has the path of the part, and what to use instead. What is undefined is null.',
  ),
  LEDGER_BYTES_EXCEEDED: explain(
    'What is written down of the run has reached `ledgerBytesPerRun`.',
    'Pass on less: large values in the run store and large payloads are written down each time. Or raise the limit.',
  ),
} as const satisfies Record<string, Explanation>;

/** What a call of the api rejects with, inside a step, which may catch it. If it does not, the step has failed with it. */
export const opErrors = {
  ACTION_INVALID: explain(
    '`action` names no step: no method of the class, or `start`, a hook, an inherited name.',
    'Name a method that the class declares. `StepsOf` lets the compiler see to it.',
  ),
  DELAY_INVALID: explain(
    '`delay` is not understood, or out of range: 0 (or `delaySecondsMin`) to 400 days.',
    "Give seconds, or a text such as `'5 minutes'`. There are no months and years.",
  ),
  OPTION_UNKNOWN: explain(
    '`scheduleNextStep` was given an option that it does not have, such as `delayMs` for `delay`.',
    'Its options are `action`, `delay` and `payload`. The message says which one was meant.',
  ),
  PAYLOAD_INVALID: explain(
    '`payload` is undefined, or holds what JSON would leave out or change: a Map, a Set, a function, NaN, a BigInt, bytes, a promise, itself; or it is nested more than 1,000 deep.',
    'The message has the path of the part, and what to use instead. A plain Date becomes its ISO text, a name that is undefined is left out, and undefined in a list is null.',
  ),
  PAYLOAD_TOO_LARGE: explain(
    'A payload, or what a step returned, has more than `payloadBytes` as JSON.',
    'Keep it in the run store and pass its key.',
  ),
  KEY_INVALID: explain('A key is no text, empty, ill-formed, or longer than `keyBytes`.', 'Use short texts as keys.'),
  VALUE_INVALID: explain(
    'A value for the run store is undefined, or holds what JSON would leave out or change: a Map, a Set, a function, NaN, a BigInt, bytes, a promise, itself; or it is nested more than 1,000 deep.',
    'The message has the path of the part, and what to use instead. A plain Date becomes its ISO text, a name that is undefined is left out, and undefined in a list is null.',
  ),
  VALUE_TOO_LARGE: explain('A value for the run store has more than `valueBytes` as JSON.', 'Use several keys.'),
  VALUE_NOT_A_LIST: explain('`push` was called for a key that has something else than a list.', 'Use another key.'),
  VALUE_NOT_A_NUMBER: explain(
    '`increment` was called for a key that has something else than a number.',
    'Use another key.',
  ),
  DELTA_INVALID: explain('The `delta` of `increment` is no finite number.', 'Pass a finite number.'),
  NUMBER_OUT_OF_RANGE: explain(
    'The sum would be beyond what a number holds exactly.',
    'Count in larger units, or in two keys.',
  ),
  READ_TOO_LARGE: explain('A value has grown by `push` to more than `readBytes` as JSON.', 'Push to several keys.'),
  FAN_OUT_EXCEEDED: explain('The step has armed `fanOutPerStep` branches.', 'Let steps that it arms arm the others.'),
  CHAIN_DEPTH_EXCEEDED: explain(
    'The chain of steps that scheduled one another is `chainDepth` long.',
    'Let one step do more, or raise the limit. A loop without an end ends here.',
  ),
  STEPS_EXCEEDED: explain('The run has armed `stepsPerRun` branches.', 'Start further runs for the rest.'),
  OP_BYTES_WAITING_EXCEEDED: explain(
    'The step makes calls faster than they are answered: those that wait for their turn hold three quarters of `cellMemoryMb`, 384 bytes for each and its text.',
    'Await some before making more: go through a long list in parts of a thousand.',
  ),
  OPS_IN_FLIGHT_EXCEEDED: explain(
    'Only in runs of version 0.1.0 that a file has kept: so many calls of the step waited for their reply.',
    'Nothing: calls beyond `opsInFlightPerStep` wait for their turn now.',
  ),
  OP_BYTES_IN_FLIGHT_EXCEEDED: explain(
    'Only in runs of version 0.1.0 that a file has kept: the calls of the step that waited for their reply held too much.',
    'Nothing: calls beyond `opBytesInFlightPerStep` wait for their turn now.',
  ),
  OPS_EXCEEDED: explain(
    'The step has made `opsPerStep` calls, log lines included.',
    'Schedule the rest as a further step.',
  ),
  OP_BYTES_EXCEEDED: explain(
    'What is kept of the calls of the step, or of all unfinished steps of its run, has reached `opBytesPerStep` or `opBytesPerRun`.',
    'Schedule the rest as a further step: what is kept of a step goes when it ends.',
  ),
  ARMED_BYTES_EXCEEDED: explain(
    'The payloads of the run’s armed branches have `armedBytesPerRun`.',
    'Keep large values in the run store and pass their keys.',
  ),
  STORE_KEYS_EXCEEDED: explain('The run store has `storeKeysPerRun` keys.', 'Delete some, or keep lists.'),
  STORE_BYTES_EXCEEDED: explain('The run store has `storeBytesPerRun`.', 'Delete what is not needed any more.'),
  TENANT_STORE_BYTES_EXCEEDED: explain(
    'The stores of the tenant’s open runs have `storeBytesPerTenant` together.',
    'Wait until some of them have ended; or raise the limit for this tenant.',
  ),
  TENANT_BRANCHES_EXCEEDED: explain(
    'The tenant has `branchesOpenPerTenant` branches open. `runner.start` rejects with it too.',
    'Wait until some of them have ended; or raise the limit for this tenant.',
  ),
  HOOK_CANNOT_SCHEDULE: explain(
    'A hook called `scheduleNextStep`. When it runs, the run is at its end.',
    'Schedule from a step; let the last one be scheduled by whoever knows that it is the last.',
  ),
} as const satisfies Record<string, Explanation>;

/** Stable codes. A code is never renamed or reused. */
export type ErrorCode = keyof typeof embedderErrors | keyof typeof stepErrors | keyof typeof opErrors;
