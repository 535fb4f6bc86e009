// The packages that run as they are, by kind. Each has a program in `programs/` that uses it for what people use it for.
import { textKinds } from './text-packages.ts';
import { valueKinds } from './value-packages.ts';

export interface Usage {
  /** The file in `programs/`, without its ending. */
  readonly program: string;
  /** The name of the package, where it is not that of the program. */
  readonly package?: string;
  /** Whether its bundle has to be minified, because it is larger than a source may be. */
  readonly isMinified?: boolean;
  /** What the program uses the package for. */
  readonly does: string;
  /** A part of what comes of it that can be checked by thinking. All of it is held against plain Node. */
  readonly shows: { readonly output?: unknown; readonly store?: Readonly<Record<string, unknown>> };
}

export interface Kind {
  readonly title: string;
  readonly packages: readonly Usage[];
}

export const kinds: readonly Kind[] = [...valueKinds, ...textKinds];
