// How many places of a thread one tenant may take, where steps may stay in them for long. Whoever comes next has to find one.

/** So manieth part of all places is for tenants that have none. */
const keptPart = 8;
/** So many times as many places as are left to others beside those: cells are few, places for steps are many. */
const factors = { cells: 1, steps: 4 };

/**
 * Whether a tenant that has `own` of `most` places may take one more of those that are free. The more are taken the fewer it may have; no
 * few tenants together have all, and the last ones go one by one to those that have none.
 */
export function mayHaveMore(of: keyof typeof factors, own: number, free: number, most: number): boolean {
  return own === 0 ? free > 0 : own < factors[of] * (free - Math.floor(most / keptPart));
}
