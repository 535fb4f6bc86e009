// Which option of `scheduleNextStep` was meant by a name that it does not have. For a message only.
import { charCodeAt, indexOf, toLowerCase } from './primordials.ts';

/** Null if nobody could say. */
export function meantOption(name: string): 'action' | 'delay' | 'payload' | null {
  if (name.length > 64) return null;
  const word = toLowerCase(name);
  if (isLike(word, 'delay') || isOneOf(word, ' after wait in at when seconds ms timeout runafter startafter '))
    return 'delay';
  if (isLike(word, 'payload') || isOneOf(word, ' data input body args params value load pay ')) return 'payload';
  return isLike(word, 'action') || isOneOf(word, ' step method name task function next nextstep to ') ? 'action' : null;
}

function isOneOf(word: string, words: string): boolean {
  return indexOf(words, ` ${word} `) >= 0;
}

/** The word with something around it, such as `delayMs`; or with one or two letters wrong, missing or too many. */
function isLike(word: string, meant: string): boolean {
  if (indexOf(word, meant) >= 0) return true;
  let start = 0;
  while (start < meant.length && charCodeAt(word, start) === charCodeAt(meant, start)) start++;
  let end = 0;
  while (
    end < meant.length - start &&
    charCodeAt(word, word.length - 1 - end) === charCodeAt(meant, meant.length - 1 - end)
  ) {
    end++;
  }
  return meant.length - start - end <= 2 && word.length - start - end <= 2;
}
