// The page of each example names only what is there.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { folder, textOf } from './example.ts';

const examples = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

it.each(examples.map(({ name }) => name))('the readme of %s names files that are there', (example) => {
  const readme = textOf(`${example}/README.md`);
  const named = [...readme.matchAll(/examples\/[\w./-]+\w/g)].map((match) => match[0]);
  expect(named.length).toBeGreaterThan(0);
  for (const file of named) expect(textOf(file.replace('examples/', ''))).not.toBe('');
});
