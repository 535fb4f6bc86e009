// The page of all codes, made from the code that has them.
import { type Explanation, embedderErrors, opErrors, stepErrors } from '../../src/guide/error-codes.ts';
import { findingErrors, findingWarnings } from '../../src/guide/finding-codes.ts';

const chapters: readonly (readonly [title: string, about: string, codes: Readonly<Record<string, Explanation>>])[] = [
  [
    'What the embedder meets',
    'Thrown by `createRunner`, or what `runner.start` and the others reject with, as `StepwellError`, before anything has happened.',
    embedderErrors,
  ],
  [
    'Why a step failed',
    '`outcome.error.code` of its run, and `error.code` of the events `step_retried` and `step_failed`. Beside it: `message`, `stack` with lines of the author’s source only, `step`, `action`, `attempt`, and the `usage` and `limits` of the step at that time.',
    stepErrors,
  ],
  [
    'What a call of the api rejects with',
    'Inside a step, which may catch it: nothing has changed. A step that lets it through has failed, and the outcome has the same code.',
    opErrors,
  ],
  [
    'Why a source cannot become a workflow',
    'Codes of `error.findings` with `WORKFLOW_INVALID`, and of the errors of `stepwell check`, each with line and column.',
    findingErrors,
  ],
  [
    'What is hardly meant so',
    'Codes of the warnings of `stepwell check` and `runner.check`. A workflow with warnings can run.',
    findingWarnings,
  ],
];

export function errorsPage(): string {
  return [
    '# Errors',
    'Every code that Stepwell gives, with what causes it and what helps. `stepwell explain CODE` says the same on the command line. Codes are never renamed or reused.',
    'This page is written by `test/guide/errors.test.ts` (`npm test -- test/guide -u`). Do not edit it.',
    ...chapters.flatMap(([title, about, codes]) => [`## ${title}`, about, tableOf(codes)]),
    '',
  ].join('\n\n');
}

function tableOf(codes: Readonly<Record<string, Explanation>>): string {
  const rows = Object.entries(codes).map(
    ([code, { cause, remedy }]) => `| \`${code}\` | ${cell(cause)} | ${cell(remedy)} |`,
  );
  return ['| code | cause | what helps |', '| --- | --- | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
