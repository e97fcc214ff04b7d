/** Is a person logged in to the operating system of a terminal that nobody logs in to? */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

export const interactiveSession: PostureCheck = {
  name: 'interactive-session',
  reads: 'session',
  codes: ['session-interactive'],
  judge: ({ report, subject }: CheckContext): readonly FreshFinding[] =>
    subject.category === null || subject.category === 'workstation'
      ? []
      : valuesOf(report, 'session')
          .filter(({ interactiveUsers }) => interactiveUsers > 0)
          .map(() => finding('session-interactive', 'low', 'operating system', 'a person is logged in')),
};
