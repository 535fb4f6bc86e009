#!/usr/bin/env node
// Starts the command line on a Node that can run it. Must itself run on any Node that is still to be met, so it is plain
// JavaScript and imports nothing of the project until it knows.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const oldestNode = 24;
const bundledNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
/** Set for the second try, so that there is no third. */
const retryMark = 'STEPWELL_BUNDLED_NODE';

if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  delete process.env[retryMark];
  process.exitCode = await runHere();
} else if (existsSync(bundledNode) && process.env[retryMark] === undefined) {
  runOnBundledNode();
} else {
  refuse();
}

async function runHere() {
  // A checkout has the source, and perhaps a build of some other day; the package has the build alone.
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const built = new URL('../dist/cli/main.js', import.meta.url);
  const { main } = await import(existsSync(source) ? source.href : built.href);
  return main(process.argv.slice(2));
}

/** A checkout brings a Node of its own, for machines whose Node is older. */
function runOnBundledNode() {
  const script = fileURLToPath(import.meta.url);
  const env = { ...process.env, [retryMark]: '1' };
  const child = spawn(bundledNode, [script, ...process.argv.slice(2)], { stdio: 'inherit', env });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // A terminal sends its signals to both. This one stays until the other has ended, and passes on what came to it alone.
  for (const signal of signals) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  child.on('error', refuse);
  child.on('exit', (status, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal === null) process.exitCode = status ?? 1;
    else process.kill(process.pid, signal);
  });
}

function refuse() {
  console.error(`stepwell needs Node ${oldestNode} or newer; this is Node ${process.versions.node}.`);
  process.exitCode = 2;
}
