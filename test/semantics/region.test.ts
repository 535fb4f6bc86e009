// The time zone and the locale of a run: the same in a host, in a thread and in the test kit, whatever the machine is set to.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/index.ts';
import { createTestRunner as createKit } from '../../src/testing.ts';
import { createTestRunner, runToEnd, workflowOf } from '../harness.ts';

const run = promisify(execFile);

/** What tells zones and locales apart, around the ends of summer time and long ago. */
const shown = `
  const told = [];
  for (const time of [0, 1e12, Date.UTC(2021, 2, 28, 1), Date.UTC(2021, 9, 31, 0, 30), Date.UTC(2021, 9, 31, 1, 30), -9e11]) {
    const date = new Date(time);
    told.push(date.getFullYear(), date.getMonth(), date.getDate(), date.getDay(), date.getHours(), date.getMinutes(), date.getSeconds());
    told.push(date.getTimezoneOffset(), date.toLocaleString(), date.toLocaleDateString('fr'), date.toLocaleTimeString(undefined, { timeZone: 'Asia/Tokyo' }));
    told.push(date.toString().slice(0, 33), date.toDateString(), new Date(String(date)).getTime());
    date.setHours(25, 61);
    told.push(date.getTime(), date.setMonth(14), date.setFullYear(1999, 1), date.setDate(-3), date.setSeconds(1.5), date.setMilliseconds(-1));
  }
  told.push(new Date(2021, 2, 28, 2, 30).getTime(), new Date(2021, 9, 31, 2, 30).getTime(), new Date(99, 0).getTime());
  told.push(Date.parse('2021-07-01T12:00'), Date.parse('2021-07-01'), Date.parse('1 Jul 2021 12:00'), Date.parse('1 Jul 2021 12:00 GMT+0300'));
  told.push(Date.parse('Mar 14 2021 02:30'), Date.parse('Thu, 01 Jan 1970 00:00:00 GMT'), Date.parse('Sat (z) Mar 7 2020 1:02 PM'), Date.parse('no'));
  told.push(new Date(NaN).setFullYear(2020), String(new Date(NaN)), new Date({ valueOf: () => 5 }).getTime(), new Date([2020, 3]).getTime(), new Date(null).getTime());
  told.push((1234.5).toLocaleString(), 10000n.toLocaleString(), new Intl.NumberFormat().format(0.5), ['ä', 'z', 'a'].sort((a, b) => a.localeCompare(b)));
  told.push(new Intl.DateTimeFormat().format(0), new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' }).format(1e12), [1.5, new Date(0)].toLocaleString());
  told.push(Object.values(new Intl.DateTimeFormat().resolvedOptions()), 'I'.toLocaleLowerCase(), new Intl.PluralRules(undefined, { type: 'ordinal' }).select(2));
  told.push(Intl.DateTimeFormat.name, Intl.DateTimeFormat.length, Intl.NumberFormat(undefined, {}).format(1.5), new (class Own extends Date {})(2020, 0).getTime());
`;

const start = `${shown} return JSON.parse(JSON.stringify(told));`;
const regions = [
  { timeZone: 'UTC', locale: 'en-US' },
  { timeZone: 'Europe/Berlin', locale: 'de-DE' },
  { timeZone: 'Asia/Kolkata', locale: 'en-IN' },
  { timeZone: 'Australia/Lord_Howe', locale: 'en-AU' },
  { timeZone: 'America/St_Johns', locale: 'tr-TR' },
  { timeZone: 'Pacific/Apia', locale: 'ja-JP' },
];

/** What a process says that was started in that region. */
async function plainNode({ timeZone, locale }: (typeof regions)[number]): Promise<unknown> {
  const script = `${shown} console.log(JSON.stringify(told));`;
  const env = { TZ: timeZone, LC_ALL: `${locale.replace('-', '_')}.UTF-8` };
  return JSON.parse((await run(process.execPath, ['-e', script], { env })).stdout);
}

describe.each([
  ['process', 'realm'],
  ['process', 'context'],
  ['thread', 'realm'],
] as const)('with containment %s and isolation %s', (containment, isolation) => {
  it('a run has the time zone and the locale that it is started with, as a process would', async () => {
    const runner = await createTestRunner({ containment, isolation });
    for (const region of regions) {
      const { outcome } = await runToEnd(runner, { start }, region);
      expect(outcome.error).toBeUndefined();
      expect(outcome.output).toEqual(await plainNode(region));
    }
  });
});

const where =
  'const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions(); return [timeZone, locale, new Date(0).getHours()];';

it.each(['process', 'thread'] as const)(
  'is UTC and en-US, in a %s of an embedder that is elsewhere',
  async (containment) => {
    const script = `
    const { createRunner } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/index.ts'))});
    const runner = await createRunner({ workers: 1, containment: ${JSON.stringify(containment)} });
    const run = await runner.start({ tenant: 'acme', workflow: ${JSON.stringify(workflowOf({ start: where }))} });
    console.log(JSON.stringify((await run.result()).output));
    await runner.close();`;
    const env = { ...process.env, TZ: 'America/New_York', LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' };
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
    expect(JSON.parse((await run(process.execPath, args, { env })).stdout)).toEqual(['UTC', 'en-US', 0]);
  },
);

it('is UTC and en-US in the test kit', async () => {
  const kit = await createKit();
  const { outcome } = await kit.runToEnd(await kit.start({ workflow: workflowOf({ start: where }) }));
  await kit.close();
  expect(outcome.output).toEqual(['UTC', 'en-US', 0]);
});

describe('what names a region', () => {
  it('is the start, else its tenant, else the runner; and steps of one source do not mix', async () => {
    const tenants = (tenant: string) => (tenant === 'berlin' ? { timeZone: 'Europe/Berlin' } : {});
    const runner = await createTestRunner({ timeZone: 'Asia/Tokyo', locale: 'ja', tenants });
    const starts = [
      {},
      { tenant: 'berlin' },
      { tenant: 'berlin', timeZone: 'asia/kolkata', locale: 'EN-in' },
      { locale: 'fr' },
    ];
    const outputs = await Promise.all(
      starts.map(async (options) => (await runToEnd(runner, { start: where }, options)).outcome.output),
    );
    expect(outputs).toEqual([
      ['Asia/Tokyo', 'ja', 9],
      ['Europe/Berlin', 'ja', 1],
      ['Asia/Calcutta', 'en-IN', 5],
      ['Asia/Tokyo', 'fr', 9],
    ]);
  });

  it.each([
    { timeZone: 'Europe/Atlantis' },
    { timeZone: '' },
    { timeZone: 5 as unknown as string },
    { locale: 'klingon!' },
    { locale: 'qq-QQ' },
    { locale: '' },
  ])('is refused where it is no name of one: %j', async (options) => {
    const runner = await createTestRunner();
    await expect(runToEnd(runner, { start: '' }, options)).rejects.toMatchObject({ code: 'RUN_OPTION_INVALID' });
    await expect(createTestRunner(options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const granted = await createTestRunner({ tenants: () => options });
    await expect(runToEnd(granted, { start: '' })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('is kept with the run, over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepwell-region-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'runs.db');
    const first = await createTestRunner({ store: sqliteStore({ file }) });
    const steps = {
      start: "await api.scheduleNextStep({ action: 'later', delay: '1 day' });",
      later: `await api.runStore.set('where', (() => { ${where} })());`,
    };
    first.pauseTenant('acme');
    const { id } = await first.start({
      tenant: 'acme',
      workflow: workflowOf(steps),
      timeZone: 'Europe/Berlin',
      locale: 'de',
    });
    await first.close();
    const second = await createTestRunner({ store: sqliteStore({ file }) });
    second.resumeTenant('acme');
    expect((await (await second.get(id))?.result())?.store['where']).toEqual(['Europe/Berlin', 'de', 1]);
  });
});
