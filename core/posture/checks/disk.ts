/** Is there room to write logs and updates, and is what is stored unreadable to who carries the terminal away? */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

/** Above this, updates and logs begin to fail. */
const NEARLY_FULL_PERCENT = 95;

export const disk: PostureCheck = {
  name: 'disk',
  reads: 'disk',
  codes: ['disk-full', 'disk-nearly-full', 'disk-unencrypted'],
  judge: ({ report }: CheckContext): readonly FreshFinding[] =>
    valuesOf(report, 'disk')
      .flat()
      .flatMap(({ mount, usedPercent, encrypted }) => [...room(mount, usedPercent), ...secrecy(mount, encrypted)]),
};

function room(mount: string, usedPercent: number): readonly FreshFinding[] {
  if (usedPercent >= 100) return [finding('disk-full', 'medium', mount, 'no room left')];
  if (usedPercent < NEARLY_FULL_PERCENT) return [];
  return [finding('disk-nearly-full', 'low', mount, `at least ${NEARLY_FULL_PERCENT}% used`)];
}

const secrecy = (mount: string, encrypted: boolean | undefined): readonly FreshFinding[] =>
  encrypted === false ? [finding('disk-unencrypted', 'low', mount, 'not encrypted')] : [];
