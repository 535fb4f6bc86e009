// Which of some known names was probably meant by one that is not known: for messages only, nothing is decided by it.

const lengthMost = 64;

/** The known name that is closest, if any is close: a slip or two of the keyboard, or other capitals. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > lengthMost) return undefined;
  const small = name.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(small.length / 3)) + 1;
  for (const candidate of known) {
    if (candidate.length > lengthMost || candidate === name) continue;
    const distance = distanceOf(small, candidate.toLowerCase(), least);
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

/** Letters to be replaced, added, left out, or swapped with the next one. At least `most` where it is more than that. */
function distanceOf(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? most) + 1,
        (current[column - 1] ?? most) + 1,
        (last[column - 1] ?? most) + (isSame ? 0 : 1),
        isSwap ? (before[column - 2] ?? most) + 1 : most,
      );
    }
    [before, last] = [last, current];
  }
  return last[b.length] ?? most;
}
