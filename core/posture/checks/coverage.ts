/**
 * Does the report say what must be known? What a reference value or an indicator would be compared with, and is not told,
 * counts as failed: leaving a factor out must never look better than telling it.
 */
import type { ReferenceValues } from '../../contracts/bundle.ts';
import type { PostureFactorName } from '../../contracts/posture-report.ts';
import { isStale } from '../factor-weight.ts';
import { covers, statementsOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

export const coverage: PostureCheck = {
  name: 'coverage',
  reads: null,
  codes: ['factor-missing', 'factor-stale', 'reference-values-missing'],
  judge: ({ report, subject, reference, indicators }: CheckContext): readonly FreshFinding[] => {
    const unknownModel = subject.ref.kind === 'device' && reference === null;
    const needed = neededFactors(reference, subject.ref.kind === 'device' && indicators.size > 0);
    return [
      ...(unknownModel ? [finding('reference-values-missing', 'low', 'model', 'nothing to compare it with')] : []),
      ...needed
        .filter((name) => !covers(report, name))
        .map((name) => finding('factor-missing', 'medium', name, 'must be reported and is not')),
      ...needed
        .filter((name) => covers(report, name) && statementsOf(report, name).every((one) => isStale(one, report)))
        .map((name) => finding('factor-stale', 'low', name, 'was observed long before it was reported')),
    ];
  },
};

function neededFactors(reference: ReferenceValues | null, hunted: boolean): readonly PostureFactorName[] {
  const needed = new Set<PostureFactorName>(hunted ? ['files', 'processes'] : []);
  if (reference !== null) {
    if (reference.operatingSystem !== null) needed.add('operating-system');
    if (reference.files.length > 0) needed.add('files');
    if (reference.requiredProcesses.length + reference.forbiddenProcesses.length > 0) needed.add('processes');
    if (reference.allowedPorts !== null) needed.add('listening-ports');
  }
  return [...needed];
}
