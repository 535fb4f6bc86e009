// Says of a source all that can be said without running it, for those who have no runner: the check has a host for itself.
import { createAdmission } from '../admission/admission.ts';
import { HostChecks } from '../host/host-checks.ts';
import { hostFlags } from '../host/host-process.ts';
import { inheritedDescriptors } from '../host/inherited.ts';
import { defaultLimits } from '../limits.ts';
import type { WorkflowReport } from '../workflow-report.ts';

/** Under the default limits. Rejects with `WORKFLOW_CHECK_TIMED_OUT` or `HOST_START_FAILED`. */
export async function checkWorkflow(source: string): Promise<WorkflowReport> {
  const { workerMemoryMb, frameBytes, hostMemoryMb } = defaultLimits;
  const host = { workerMemoryMb, frameBytes, hostMemoryMb, flags: hostFlags(), inherited: inheritedDescriptors() };
  const checks = new HostChecks(host);
  try {
    return await createAdmission(checks).report('', source, defaultLimits);
  } finally {
    await checks.close();
  }
}
