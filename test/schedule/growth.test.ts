// A turn is held to what it adds to its host: not to what was there before it, nor to what others add.
import { beforeEach, expect, it } from 'vitest';
import { Growth } from '../../src/schedule/growth.ts';
import type { PlacedAttempt } from '../../src/schedule/placed-attempt.ts';
import type { WorkerLink } from '../../src/schedule/worker-link.ts';
import { runOf } from '../state/fixtures.ts';
import { linkTo, placeOn, type StillThread, start, stillThread } from './links.ts';

const MiB = 2 ** 20;
/** Twice the 64 MB of a cell, and 64. */
const allowedBytes = 192 * MiB;

let thread: StillThread;
let link: WorkerLink;
let growth: Growth;
let attempt: PlacedAttempt;

beforeEach(() => {
  thread = stillThread();
  link = linkTo(thread);
  link.over();
  growth = new Growth();
  attempt = placeOn(link, runOf());
});

const looked = (bytes: number): void => growth.looked(link, bytes);
function isTooMuch(bytes: number): boolean {
  thread.says({ cpuMs: 0, residentBytes: bytes, isAsleep: () => false });
  return growth.isTooMuch(link);
}

it('a turn that adds more than it may is too much at the second glance', () => {
  looked(500 * MiB);
  start(link, attempt);
  expect(isTooMuch(900 * MiB)).toBe(false);
  expect(isTooMuch(500 * MiB + allowedBytes)).toBe(false);
  expect(isTooMuch(500 * MiB + allowedBytes + 1)).toBe(true);
});

it('what it has added by the first look is its own', () => {
  looked(100 * MiB);
  start(link, attempt);
  looked(250 * MiB);
  isTooMuch(250 * MiB);
  expect(isTooMuch(100 * MiB + allowedBytes + 1)).toBe(true);
});

it('what was given back before it does not count for it', () => {
  looked(500 * MiB);
  start(link, attempt);
  looked(100 * MiB);
  isTooMuch(100 * MiB);
  expect(isTooMuch(100 * MiB + allowedBytes + 1)).toBe(true);
});

it('the next turn begins where the one before it has ended', () => {
  looked(100 * MiB);
  start(link, attempt);
  looked(250 * MiB);
  link.over();
  start(link, placeOn(link, runOf()));
  looked(260 * MiB);
  isTooMuch(260 * MiB);
  expect(isTooMuch(250 * MiB + allowedBytes)).toBe(false);
  expect(isTooMuch(250 * MiB + allowedBytes + 1)).toBe(true);
});

it('nothing is asked of a host that is at no turn, or has not been looked at', () => {
  const asked: string[] = [];
  Object.assign(thread, { vitals: () => void asked.push('vitals') });
  start(link, attempt);
  expect([growth.isTooMuch(link), growth.isTooMuch(link)]).toEqual([false, false]);
  looked(1);
  link.over();
  expect([growth.isTooMuch(link), growth.isTooMuch(link)]).toEqual([false, false]);
  link.ping();
  expect([growth.isTooMuch(link), growth.isTooMuch(link)]).toEqual([false, false]);
  expect(asked).toEqual([]);
});
