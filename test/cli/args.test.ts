// What a command line means, and what is wrong with one.
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/cli/args.ts';
import { WrongUse } from '../../src/cli/wrong-use.ts';

function complaintOf(...args: string[]): string {
  try {
    parseCommand(args);
  } catch (error) {
    if (error instanceof WrongUse) return error.lines[0] ?? '';
    throw error;
  }
  throw new Error('The command line was accepted.');
}

describe('a command line', () => {
  it('has defaults', () => {
    expect(parseCommand(['run', 'w.js'])).toEqual({
      kind: 'run',
      file: 'w.js',
      tenant: 'local',
      data: null,
      headers: null,
      runId: null,
      store: null,
      workers: null,
      skipDelays: false,
      isolation: null,
      json: false,
    });
  });

  it('may have options anywhere', () => {
    const args = [
      '--json',
      'run',
      '--tenant',
      'acme',
      'w.js',
      '--skip-delays',
      '--workers=3',
      '--run-id',
      'order-1',
      '--store=x.db',
    ];
    expect(parseCommand(args)).toMatchObject({
      file: 'w.js',
      tenant: 'acme',
      json: true,
      skipDelays: true,
      workers: 3,
      runId: 'order-1',
      store: 'x.db',
    });
  });

  it('takes JSON as it stands, from a file or from stdin', () => {
    const command = parseCommand(['run', 'w.js', '--data', '{"a":1}', '--headers', '@h.json']);
    expect(command).toMatchObject({
      data: { kind: 'text', option: '--data', text: '{"a":1}' },
      headers: { kind: 'file', file: 'h.json' },
    });
    expect(parseCommand(['run', 'w.js', '--headers', '@-'])).toMatchObject({ headers: { kind: 'stdin' } });
  });

  it('may ask for help or the version instead', () => {
    expect(parseCommand(['--help'])).toEqual({ kind: 'help' });
    expect(parseCommand(['run', '-h'])).toEqual({ kind: 'help' });
    expect(parseCommand(['--version'])).toEqual({ kind: 'version' });
  });

  it.each([
    [[], 'Expected a command'],
    [
      ['walk', 'w.js'],
      'Expected one of the commands `run`, `check`, `runs`, `show`, `replay`, `explain`, `store check`, `store export`, got `walk`.',
    ],
    [['run'], 'Expected the file of a workflow after `stepwell run`.'],
    [['run', 'a.js', 'b.js'], 'Expected nothing more for `stepwell run`, got `b.js`.'],
    [['runs'], "Expected a store's file after `stepwell runs`."],
    [['show', 'x.db'], 'Expected the id of a run after `stepwell show`.'],
    [['store'], 'got `store `'],
    [['store', 'wipe', 'x.db'], 'got `store wipe`'],
    [['store', 'check'], "Expected a store's file after `stepwell store check`."],
    [['runs', 'x.db', '--data', '1'], '`stepwell runs` has no option --data.'],
    [['store', 'check', 'x.db', '--json'], '`stepwell store check` has no option --json.'],
    [['runs', 'x.db', '--count', '0'], 'from 1 to 1000, got `0`'],
    [
      ['runs', 'x.db', '--status', 'done'],
      'Expected --status to be one of open, completed, failed, cancelled, got `done`.',
    ],
    [['runs', 'x.db', '--after', 'x'], 'Expected --after to be an integer'],
    [['run', 'a.js', '--keep', 'x.db'], "Unknown option '--keep'."],
    [['run', 'a.js', '--store', ''], 'Expected a file after --store.'],
    [['run', 'a.js', '-x'], "Unknown option '-x'."],
    [['run', 'a.js', '--data'], '--data'],
    [['run', 'a.js', '--json=yes'], '--json'],
    [['run', 'a.js', '--data', '@'], 'Expected a file after the @ of --data'],
    [['run', 'a.js', '--data', '@-', '--headers', '@-'], 'stdin can be read once'],
    [['run', 'a.js', '--workers', '0'], 'from 1 to 256, got `0`'],
    [['run', 'a.js', '--workers', '257'], 'from 1 to 256, got `257`'],
    [['run', 'a.js', '--workers', '1e2'], 'from 1 to 256, got `1e2`'],
    [['run', 'a.js', '--workers', ''], 'from 1 to 256, got ``'],
  ])('%j is refused in one line', (args, complaint) => {
    expect(complaintOf(...args)).toContain(complaint);
    expect(complaintOf(...args)).not.toContain('\n');
  });

  it('does not write to the terminal what it was called with', () => {
    expect(complaintOf('\x1b[31m\u202erun\n2')).toMatch(/ got `run 2`\.$/);
    expect(complaintOf('run', 'w.js', '--\x1b[31mred')).not.toContain('\x1b');
  });
});
