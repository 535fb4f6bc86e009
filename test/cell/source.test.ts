// What a cell does with a source that the admission check has misread: it holds the source to its two functions, and what steps share to what it was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cell, type CellFactory, createCellFactory } from '../../src/cell/cell.ts';
import type { CellSpec } from '../../src/protocol/frames.ts';
import { ampleMs, specOf, startStep } from './cells.ts';

let factory: CellFactory;
beforeAll(() => {
  factory = createCellFactory();
});
afterAll(() => factory.close());

function open(code: string, more: Partial<CellSpec>): Cell {
  return factory.open({ ...specOf('', 16), code, ...more });
}

const escaping = 'class Workflow { start() {} } return Workflow; })(); }); (function () { return (function () {';

describe('a source that closes the functions it stands in', () => {
  it.each(['realm', 'context'] as const)('makes no cell: %s', (isolation) => {
    expect(() => open(escaping, { isolation })).toThrow(/SyntaxError|Illegal return|Unexpected token/);
  });
});

describe('a source that only functions and modules may be', () => {
  it.each(['realm', 'context'] as const)('makes a cell: %s', (isolation) => {
    const cell = open('using lock = { [Symbol.dispose]() {} }; class Workflow { start() { return 1; } }', {
      isolation,
    });
    expect(startStep(cell, 1, ampleMs)).toMatchObject({ kind: 'turn', text: 'c\t1\t1\n' });
    cell.dispose();
  });
});

describe('a source that is taken for stateless', () => {
  it('leaves nothing on what its steps share', () => {
    const code = 'class Workflow { start() { structuredClone.n = 1; } }';
    const cell = open(code, { sharedFunctions: [], identifiers: ['structuredClone'] });
    const result = startStep(cell, 1, ampleMs);
    cell.dispose();
    expect(result).toMatchObject({ kind: 'turn', text: expect.stringMatching(/^f\t1\t.*TypeError/) });
  });

  it('leaves nothing on its class', () => {
    const code = 'class Workflow { start() { this.constructor.n = 1; } }';
    const cell = open(code, { sharedFunctions: [] });
    const result = startStep(cell, 1, ampleMs);
    cell.dispose();
    expect(result).toMatchObject({ kind: 'turn', text: expect.stringMatching(/^f\t1\t.*TypeError/) });
  });
});
