/** Does the terminal run the firmware its inventory record names? A change is for its owner to confirm. */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

export const firmwareVersion: PostureCheck = {
  name: 'firmware-version',
  reads: 'operating-system',
  codes: ['firmware-differs'],
  judge: ({ report, subject }: CheckContext): readonly FreshFinding[] =>
    valuesOf(report, 'operating-system').flatMap(({ firmware }) =>
      firmware === undefined || subject.firmware === null || firmware === subject.firmware
        ? []
        : [
            finding(
              'firmware-differs',
              'medium',
              'firmware',
              `the inventory names ${subject.firmware}, seen ${firmware}`,
            ),
          ],
    ),
};
