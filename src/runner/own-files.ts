// The files that a runner starts by their paths: programs of hosts and threads, and the realm. A bundler follows imports, and leaves them out.
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StepwellError } from '../errors.ts';

const startedByPath = [
  '../admission/type-eraser-thread',
  '../admission/worker',
  '../durable/file-thread',
  '../host/check-main',
  '../host/main',
  '../pool/worker',
  '../realm/entry',
  '../realm/open-entry',
];

/** Throws `PACKAGE_INCOMPLETE` when one of them is missing. `from`: the URL of a file that lies where this one does. */
export function requireOwnFiles(from: string = import.meta.url): void {
  const extension = extname(fileURLToPath(from));
  const files = startedByPath.map((path) => fileURLToPath(new URL(path + extension, from)));
  const missing = files.find((file) => !existsSync(file));
  if (missing === undefined) return;
  const message = `Expected the file ${missing}, which a runner starts by its path. If a bundler made this program, mark \`stepwell\` as external; else install the package again.`;
  throw new StepwellError('PACKAGE_INCOMPLETE', message);
}
