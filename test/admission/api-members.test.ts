// What the check knows of the api and the console is what a step finds.
import { describe, expect, it } from 'vitest';
import { apiMembers, consoleMembers, storeMembers } from '../../src/admission/api-members.ts';
import { runToEnd, useRunner, workflowOf } from '../harness.ts';

const runner = useRunner();

describe('the members that the check knows', () => {
  it('are those of the api and its store, and all of the console', async () => {
    const start = 'return [Object.keys(api), Object.keys(api.runStore), Object.getOwnPropertyNames(console)];';
    const { outcome } = await runToEnd(runner(), workflowOf({ start }));
    const [ofApi, ofStore, ofConsole] = outcome.output as string[][];
    expect(ofApi?.toSorted()).toEqual(apiMembers.toSorted());
    expect(ofStore?.toSorted()).toEqual(storeMembers.toSorted());
    expect(ofConsole?.toSorted()).toEqual(consoleMembers.toSorted());
  });
});
