import {
  bufferCount,
  catchError,
  concatMap,
  delay,
  filter,
  from,
  lastValueFrom,
  map,
  of,
  reduce,
  Subject,
  take,
  throwError,
  timer,
  toArray,
} from 'rxjs';

export class Workflow {
  async start(data, headers, api) {
    const pages$ = from([1, 2, 3, 4, 5]).pipe(
      filter((n) => n !== 3),
      concatMap((n) => of(n * 10).pipe(delay(1))),
      bufferCount(2),
      toArray(),
    );
    const pages = await lastValueFrom(pages$);
    await api.scheduleNextStep({ action: 'sum', payload: pages });
    return { pages, ticks: await lastValueFrom(timer(0, 1).pipe(take(3), toArray())) };
  }

  async sum(pages, headers, api) {
    const subject = new Subject();
    const sum = lastValueFrom(
      subject.pipe(
        map((page) => page.length),
        reduce((all, length) => all + length, 0),
      ),
    );
    for (const page of pages) subject.next(page);
    subject.complete();
    await api.runStore.set('sum', await sum);
    await api.runStore.set(
      'caught',
      await lastValueFrom(throwError(() => new Error('late')).pipe(catchError((error) => of(error.message)))),
    );
  }
}
