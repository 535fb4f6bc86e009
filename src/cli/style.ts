// Colours and signs: for a window that can show them, and for plain text. A sign says the same as its colour.
import { styleText } from 'node:util';

export type Tone = 'strong' | 'dim' | 'good' | 'bad' | 'warning' | 'busy';

export interface Style {
  paint(tone: Tone, text: string): string;
  /** What stands before a thing that ended well, one that failed, one that goes on, and one that needs attention. */
  readonly signs: { readonly good: string; readonly bad: string; readonly busy: string; readonly warning: string };
}

export const plainStyle: Style = {
  paint: (_, text) => text,
  signs: { good: '', bad: '', busy: '', warning: '' },
};

const formats = { strong: 'bold', dim: 'dim', good: 'green', bad: 'red', warning: 'yellow', busy: 'cyan' } as const;

export const colorStyle: Style = {
  // Whether the stream can show colours was decided before this style was chosen.
  paint: (tone, text) => styleText(formats[tone], text, { validateStream: false }),
  signs: { good: '✔ ', bad: '✖ ', busy: '▸ ', warning: '! ' },
};
