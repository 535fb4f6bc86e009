// Why a host has ended, from its status and what it said last: what the system refused it is no fault of the step's that was in it.
import { describe, expect, it } from 'vitest';
import { endOf } from '../../src/host/host-process.ts';

describe('a host that ended', () => {
  it.each([
    ['by itself, as V8 does it', null, 'SIGTRAP', '# Fatal error in , line 0\n# unreachable', 'crash'],
    ['with words that say nothing', 1, null, '', 'crash'],
    ['by a kill', null, 'SIGKILL', '', 'worker'],
    [
      'as libuv could start no thread',
      null,
      'SIGABRT',
      "node: Assertion `(0) == (uv_thread_create(&t, f, 0))' failed.",
      'worker',
    ],
    ['as the system could', null, 'SIGABRT', 'pthread_create: Resource temporarily unavailable', 'worker'],
    [
      'as Node could start no worker',
      1,
      null,
      'Error [ERR_WORKER_INIT_FAILED]: Worker initialization failure: EAGAIN',
      'worker',
    ],
    ['as it could start no process', 1, null, 'Error: EAGAIN', 'worker'],
  ] as const)('%s', (_, code, signal, words, reason) => {
    expect(endOf(code, signal, words).reason).toBe(reason);
  });

  it('says why, in the line that says it', () => {
    const { detail } = endOf(null, 'SIGABRT', 'some warning: error\nuv_thread_create failed\nmore');
    expect(detail).toBe('it was ended by SIGABRT: uv_thread_create failed');
  });
});
