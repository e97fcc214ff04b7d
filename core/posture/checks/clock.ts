/** Is the terminal's clock right? Wrong times make logs and doses unusable as evidence. */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

const DRIFTED_MS = 5_000;
/** From here on, records of two devices can no longer be put in order. */
const WRONG_MS = 60_000;

export const clock: PostureCheck = {
  name: 'clock',
  reads: 'clock',
  codes: ['clock-wrong', 'clock-drifted', 'clock-unsynchronized'],
  judge: ({ report }: CheckContext): readonly FreshFinding[] =>
    valuesOf(report, 'clock').flatMap(({ offsetMs, synchronized }) => [
      ...offset(Math.abs(offsetMs)),
      ...(synchronized ? [] : [finding('clock-unsynchronized', 'low', 'clock', 'no time source')]),
    ]),
};

function offset(distanceMs: number): readonly FreshFinding[] {
  if (distanceMs > WRONG_MS) return [finding('clock-wrong', 'medium', 'clock', `more than ${WRONG_MS} ms off`)];
  return distanceMs > DRIFTED_MS ? [finding('clock-drifted', 'low', 'clock', `more than ${DRIFTED_MS} ms off`)] : [];
}
