// Reads what a run is started with: the workflow's source, and JSON from the command line, a file or stdin. Whatever is
// wrong with it is wrong use. No more is read than may be used: a file may be a device without an end.
import { createReadStream } from 'node:fs';
import type { Finding } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { StartOptions } from '../runner/options.ts';
import type { JsonSource, RunCommand } from './args.ts';
import { findJsonFault } from './json-fault.ts';
import type { Terminal } from './terminal.ts';
import { terminalText } from './terminal-text.ts';
import { WrongUse } from './wrong-use.ts';

/** JSON in a file may be indented: it may have more bytes than the value that the runner checks. */
const jsonFileBytes = 16 * defaultLimits.payloadBytes;

/** Throws {@link WrongUse}. */
export async function readStart(command: RunCommand, input: Terminal['input']): Promise<StartOptions> {
  const { file, tenant, runId, isolation } = command;
  const workflow = await readSource(file);
  const data = await readJson(command.data, input);
  const headers = await readJson(command.headers, input);
  const given = { tenant, workflow, data, headers };
  return { ...given, ...(runId === null ? {} : { runId }), ...(isolation === null ? {} : { isolation }) };
}

/** The text of a workflow. Throws {@link WrongUse}. */
export function readSource(file: string): Promise<string> {
  return readText(createReadStream(file), shownFile(file), defaultLimits.sourceBytes);
}

/** What was found in a file, where an editor finds it; of a bundle, where the author wrote it as well. */
export function findingLine(file: string, { line, column, message, code, original }: Finding): string {
  const wrote = original ? ` (${terminalText(original.file)}:${original.line}:${original.column})` : '';
  return `${shownFile(file)}:${line}:${column}${wrote}: ${terminalText(message)} [${code}]`;
}

/** A file's name as it may stand in a message. */
export function shownFile(file: string): string {
  return terminalText(file);
}

async function readJson(source: JsonSource | null, input: Terminal['input']): Promise<unknown> {
  switch (source?.kind) {
    case undefined:
      return undefined;
    case 'text':
      return parseJson(source.text, source.option);
    case 'stdin':
      return parseJson(await readText(input, '<stdin>', jsonFileBytes), '<stdin>');
    case 'file': {
      const name = shownFile(source.file);
      return parseJson(await readText(createReadStream(source.file), name, jsonFileBytes), name);
    }
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    const where =
      fault === null ? `1:1: ${terminalText(String(error))}` : `${fault.line}:${fault.column}: ${fault.message}`;
    throw new WrongUse([`${name}:${where} [JSON_INVALID]`]);
  }
}

async function readText(input: AsyncIterable<Uint8Array>, name: string, mostBytes: number): Promise<string> {
  const bytes = await readBytes(input, name, mostBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new WrongUse([`${name}: Expected a text in UTF-8. [FILE_INVALID]`]);
  }
}

async function readBytes(input: AsyncIterable<Uint8Array>, name: string, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of input) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > mostBytes) break;
    }
  } catch (error) {
    throw new WrongUse([`${name}: ${readFailure(error)} [FILE_INVALID]`]);
  }
  if (length <= mostBytes) return Buffer.concat(chunks);
  throw new WrongUse([`${name}: Expected at most ${mostBytes} bytes, and there are more. [FILE_TOO_LARGE]`]);
}

function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'There is no such file.';
    case 'EISDIR':
      return 'Expected a file, and this is a folder.';
    case 'EACCES':
      return 'The file may not be read by this user.';
    default:
      return `The file cannot be read: ${terminalText(code || String(error))}.`;
  }
}
