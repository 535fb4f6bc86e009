// Ways to make a runner keep much: each until it is refused, and then the run stays open for a day.

export interface Attack {
  /** The n-th one has a source of its own where sources are what is kept. */
  workflow(n: number): string;
  readonly data: unknown;
  /** Whether its run ends by itself. */
  readonly isShort: boolean;
}

const stays = "await api.scheduleNextStep({ action: 'later', delay: 86_400 });";

/** `body` is repeated; `hold` is awaited then, so that the step's journal stays. */
function attack(body: string, { hold = '', data = {} as unknown, isShort = false, before = '' } = {}): Attack {
  const open = isShort ? '' : stays;
  return {
    workflow: (n) => `${before.replaceAll('%', String(n))}
      export class Workflow {
        async start(data, headers, api) {
          ${open}
          try { for (let i = 0; i < 3_000; i++) { ${body} } } catch {}
          ${hold}
        }
        async later() {}
      }`,
    data,
    isShort,
  };
}

const names = Array.from({ length: 5_000 }, (_, i) => `name${i}`).join(', ');

export const attacks: readonly Attack[] = [
  attack("await api.scheduleNextStep({ action: 'later', delay: 86_400 + i, payload: 'x'.repeat(100_000) });"),
  attack("await api.scheduleNextStep({ action: 'later', delay: 86_400 + i });"),
  attack("await api.runStore.set('k' + i, Array(5_000).fill({}));"),
  attack("await api.runStore.set('k' + i, '漢'.repeat(20_000));"),
  attack("await api.runStore.push('list', i);"),
  attack("await api.runStore.set('k', i + 'x'.repeat(50_000)); await api.runStore.get('k');", {
    hold: 'await new Promise((next) => setTimeout(next, 50_000));',
  }),
  attack("api.log('x'.repeat(10_000)); if (i > 1_000) break;"),
  attack('', { data: 'x'.repeat(500_000) }),
  attack("await api.runStore.set('k' + i, 'x'.repeat(10_000)); if (i > 30) break;", { isShort: true }),
  attack('if (i > 0) throw Object.assign(new Error("x".repeat(5_000)), { retryable: false });', { isShort: true }),
  attack('', { before: `/* % */ function many() { var ${names}; }` }),
];
