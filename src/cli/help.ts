// What `stepwell --help` says.

export const helpText = `Usage: stepwell <command> [options]

  stepwell run <file>            runs the workflow in <file>, JavaScript or TypeScript, and shows it as it goes and how it ended;
                                 what is hardly meant so in it is told on stderr
  stepwell check <file>          says what is wrong with the workflow in <file>, and draws its steps, without running it
  stepwell runs <store>          lists the runs that a store's file holds, newest first
  stepwell show <store> <run>    shows what has happened in a run, step by step
  stepwell replay <store> <run> <step>  runs a step again as it was recorded, and says whether it does the same
  stepwell store check <store>   reads all that a store's file holds, and says what is wrong with it
  stepwell store export <store>  prints all that a store's file holds, as lines of JSON
  stepwell explain <code>        says what the code of an error means, and what helps

Those of a store only read: a runner may have the file meanwhile.

Options of run:
  --data <JSON|@file|@->     what start() gets as \`data\`; @file reads a file, @- reads stdin (default: {})
  --headers <JSON|@file|@->  what every step gets as \`headers\` (default: {})
  --skip-delays              do not wait: time jumps over every delay in which nothing runs, also for other runs in --store
  --isolation <kind>         realm: steps share built-ins, which are frozen; context: each step has its own and may change them (default: realm)
  --json                     print one JSON object { status, output, store, steps, logs, usage, error?, failures, failuresOmitted }
                             and nothing else
  --tenant <name>            whom the run belongs to (default: local)
  --run-id <id>              the id of the run (default: a new one)
  --store <file>             keep the run in a SQLite file: after an interruption, the same command with the same --run-id goes on;
                             other open runs in the file go on for as long as this one does
  --workers <number>         worker threads, 1 to 256 (default: one for each processor)

Options of check:
  --strict                   exit status 1 for warnings too
  --mermaid                  print the steps as a Mermaid flowchart and nothing else
  --json                     print one JSON object { ok, errors, warnings, graph } and nothing else

Options of replay:
  --inspect                  hold the step at its first line for a debugger (Chrome, or an editor), which it is run under in this process:
                             only for code that you trust
  --port <number>            where the debugger comes in (default: 9229)

Options of runs:
  --tenant <name>            only this tenant's
  --status <status>          only those that are open, completed, failed or cancelled
  --count <number>           how many, 1 to 1,000 (default: 20)
  --after <next>             the next page: what the page before says
  --json                     print one JSON object { runs, next } and nothing else

Options of show and replay:
  --json                     print one JSON object and nothing else; of show { id, tenant, workflow, status, createdAt, endedAt, data,
                             headers, events, logs, outcome }, of replay { run, step, action, attempt, ops, identical, divergence,
                             recorded, replayed }

  -h, --help                 print this
  --version                  print the version

Exit status: 0 all went well (of run: it completed, and none of its steps and hooks has failed), 1 the run, a step of it or a hook failed,
or it was cancelled, check found an error, or the store has faults,
has no such run or cannot be read, 2 wrong use, or run with a workflow that cannot run.

Example:
  stepwell run examples/01-fan-out/workflow.js --data @examples/01-fan-out/order.json --store runs.db --run-id order-1
  stepwell show runs.db order-1
`;
