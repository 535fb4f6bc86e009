// The command line. Importing this file does nothing; `bin/stepwell.js` calls `main`.
import { readFileSync } from 'node:fs';
import { StepwellError } from '../errors.ts';
import { parseCommand } from './args.ts';
import { checkCommand } from './check-command.ts';
import { explainCommand } from './explain-command.ts';
import { helpText } from './help.ts';
import { replayCommand } from './replay-command.ts';
import { runCommand } from './run-command.ts';
import { runsCommand } from './runs-command.ts';
import { showCommand } from './show-command.ts';
import { storeCommand } from './store-command.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { terminalText } from './terminal-text.ts';
import { WrongUse } from './wrong-use.ts';

/** Carries out a command line (without `node` and the script) and returns the exit status. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    const command = parseCommand(args);
    switch (command.kind) {
      case 'run':
        return await runCommand(command, terminal);
      case 'check':
        return await checkCommand(command, terminal);
      case 'runs':
        return await runsCommand(command, terminal);
      case 'show':
        return await showCommand(command, terminal);
      case 'replay':
        return await replayCommand(command, terminal);
      case 'explain':
        return explainCommand(command, terminal);
      case 'store check':
      case 'store export':
        return await storeCommand(command, terminal);
      case 'help':
        terminal.out.write(helpText);
        return 0;
      case 'version':
        terminal.out.write(`${packageVersion()}\n`);
        return 0;
    }
  } catch (error) {
    if (error instanceof WrongUse) {
      terminal.err.write(`${error.lines.join('\n')}\n`);
      return 2;
    }
    if (!(error instanceof StepwellError)) throw error;
    terminal.err.write(`stepwell: ${terminalText(error.message)} [${error.code}]\n`);
    return 1;
  }
}

function packageVersion(): string {
  // The same path from src/cli and from dist/cli.
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}
