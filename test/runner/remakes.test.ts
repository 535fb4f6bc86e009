// Of runs that have ended, few are made again at a time; who asks for one that is being made gets the same.
import { expect, it } from 'vitest';
import { Remakes } from '../../src/runner/remakes.ts';

/** Makes runs whose end the test decides. */
function workshop() {
  const remakes = new Remakes<string>();
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const make = (runId: string, tenant: string): Promise<string> =>
    remakes.make(runId, tenant, () => {
      begun.push(runId);
      const end = Promise.withResolvers<string>();
      ends.set(runId, end);
      return end.promise;
    });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const end = async (runId: string): Promise<void> => {
    ends.get(runId)?.resolve(runId);
    await settled();
  };
  return { make, begun, ends, end, settled };
}

it('five who ask for one run at once get one that is made once; who asks later gets it made anew', async () => {
  const { make, begun, end, settled } = workshop();
  const asked = Array.from({ length: 5 }, () => make('r', 'a'));
  await settled();
  await end('r');
  expect(await Promise.all(asked)).toEqual(['r', 'r', 'r', 'r', 'r']);
  expect(begun).toEqual(['r']);
  const again = make('r', 'a');
  await settled();
  await end('r');
  await again;
  expect(begun).toEqual(['r', 'r']);
});

it('one of a tenant is made at a time, in the order in which they were asked for', async () => {
  const { make, begun, end, settled } = workshop();
  for (const run of ['r1', 'r2', 'r3']) void make(run, 'a');
  await settled();
  expect(begun).toEqual(['r1']);
  await end('r1');
  expect(begun).toEqual(['r1', 'r2']);
});

it('four are made at a time, of four tenants, and who has many waiting is passed by who has one', async () => {
  const { make, begun, end, settled } = workshop();
  for (const tenant of ['a', 'b', 'c', 'd']) for (const run of [1, 2, 3]) void make(`${tenant}${run}`, tenant);
  void make('e1', 'e');
  await settled();
  expect(begun.splice(0)).toEqual(['a1', 'b1', 'c1', 'd1']);
  for (const run of ['a1', 'b1', 'a2']) await end(run);
  expect(begun).toEqual(['a2', 'b2', 'e1']);
});

it('one that fails makes room for the next', async () => {
  const { make, begun, ends, settled } = workshop();
  const failed = expect(make('r1', 'a')).rejects.toThrow('no');
  void make('r2', 'a');
  await settled();
  ends.get('r1')?.reject(new Error('no'));
  await failed;
  await settled();
  expect(begun).toEqual(['r1', 'r2']);
});
