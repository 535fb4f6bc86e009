// Says of a source all that can be said without running it, for those who have no runner: the check has a host for itself.
import { createAdmission } from '../admission/admission.ts';
import { defaultLimits } from '../limits.ts';
import type { WorkflowReport } from '../workflow-report.ts';
import { createChecks } from './pools.ts';

/** Under the default limits. Rejects with `WORKFLOW_CHECK_TIMED_OUT` or `HOST_START_FAILED`. */
export async function checkWorkflow(source: string): Promise<WorkflowReport> {
  const checks = createChecks({ containment: 'process', limits: defaultLimits });
  try {
    return await createAdmission(checks).report('', source, defaultLimits);
  } finally {
    await checks.close();
  }
}
