// All that can be said of a source by reading it: what admission refuses, what is hardly meant so, and how its steps hang together.
import type { WorkflowReport } from '../workflow-report.ts';
import { memberNameFaults } from './api-members.ts';
import { ApiNames } from './api-names.ts';
import { awaitingFaults } from './awaiting.ts';
import { type ReadWorkflow, readSource } from './check.ts';
import { type Fault, locateFaults } from './finding.ts';
import { freeNameFaults, ownCodeOf } from './free-names.ts';
import { hiddenGlobalFaults } from './hidden-globals.ts';
import { jsonLiteralFaults } from './json-literals.ts';
import { memberFaults } from './members.ts';
import { placesOf } from './places.ts';
import { resolveNames } from './scopes.ts';
import { type Reach, reachOf } from './step-graph.ts';
import { type EraseTypes, eraseTypes } from './type-eraser.ts';

/** Never throws. `erase`: see {@link checkSource}. */
export function reportOn(source: string, erase: EraseTypes = eraseTypes): WorkflowReport {
  const { text, checked } = readSource(source, erase);
  const errors = 'program' in checked ? [] : locateFaults(checked.faults, text);
  const advice = checked.read === null ? null : adviceOn(text, checked.read);
  const warnings = locateFaults(advice?.warnings ?? [], text);
  return { ok: errors.length === 0, errors, warnings, graph: advice?.graph ?? null };
}

interface Advice {
  readonly warnings: readonly Fault[];
  readonly graph: Reach['graph'] | null;
}

function adviceOn(text: string, { tree, workflow: { declaration, methods, others } }: ReadWorkflow): Advice {
  const places = [...placesOf(tree, declaration)];
  const names = resolveNames(places);
  const api = new ApiNames(places, names, declaration);
  const surroundings = { api, names, workflow: declaration };
  const ofApi = [...memberNameFaults(places, api, names), ...jsonLiteralFaults(places, api, names)];
  const warnings = [
    ...ofApi,
    ...awaitingFaults(places, surroundings),
    ...freeNameFaults(places, text, names, declaration),
    ...hiddenGlobalFaults(places, names, ownCodeOf(text, declaration)),
  ];
  if (declaration === null) return { warnings, graph: null };
  const { graph, unreachable } = reachOf(places, methods);
  return { warnings: [...warnings, ...memberFaults(declaration, unreachable, others)], graph };
}
