// The whole corpus, chapter by chapter.
import type { Chapter } from '../payload.ts';
import { death } from './death.ts';
import { escapes } from './escape.ts';
import { flood } from './flood.ts';
import { hang } from './hang.ts';
import { identity } from './identity.ts';
import { memory } from './memory.ts';
import { source } from './source.ts';
import { tamperings } from './tampering.ts';
import { touched } from './touched.ts';
import { waiting } from './waiting.ts';
import { wedge } from './wedge.ts';

/** Attacks on time. */
export const time: readonly Chapter[] = [hang, ...wedge];

/** Attacks on memory, and on the process itself. */
export const space: readonly Chapter[] = [death, memory];

/** Attacks through what Stepwell is given, what it touches and what it answers. */
export const values: readonly Chapter[] = [escapes, flood, ...touched, ...waiting];

/** Attacks on what it shares, sends and compiles. */
export const texts: readonly Chapter[] = [tamperings, identity, ...source];

export const corpus: readonly Chapter[] = [...values, ...texts, ...time, ...space];
