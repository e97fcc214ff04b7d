/** Runs every check over one report. A check that crashes fails: what could not be judged is not passed. */
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './checks/check.ts';
import { POSTURE_CHECKS } from './checks/registry.ts';
import { CHECK_CRASHED } from './grade.ts';

export const runChecks = (context: CheckContext): readonly FreshFinding[] =>
  POSTURE_CHECKS.flatMap((check) => runCheck(check, context));

function runCheck(check: PostureCheck, context: CheckContext): readonly FreshFinding[] {
  try {
    return check.judge(context);
  } catch {
    return [finding(CHECK_CRASHED, 'high', check.name, 'the check did not come to an end')];
  }
}
