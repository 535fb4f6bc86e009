// The innocent tenant beside every attack: a fan-out of a thousand branches, some of them due only while the attack is
// well under way. Whatever happens beside it, its outcome is the same text.
import type { StartOptions } from '../../src/index.ts';
import { workflowOf } from '../harness.ts';
import { canaryCode } from '../sandbox/canary.ts';

export const branches = 1_000;

/** A quarter of the branches is due at once, the others after 50, 100 and 150 ms. */
const methods = {
  start: `const armed = [];
    for (let n = 0; n < ${branches}; n++) armed.push(api.scheduleNextStep({ action: 'work', delay: (n % 4) / 20, payload: { n } }));
    await Promise.all(armed);
    return ${canaryCode};`,
  work: `const { n } = data;
    await api.runStore.push('items', n);
    await api.runStore.increment('count');
    if (n % 100 === 0) console.info('work', data, headers);
    if (n % 125 === 0) await api.runStore.set('canary ' + n, ${canaryCode});`,
  onWorkflowComplete: "api.log('complete', await api.runStore.get('count'));",
};

export const canaryStart: StartOptions = {
  tenant: 'canary',
  workflow: workflowOf(methods),
  headers: { name: 'canary' },
};
