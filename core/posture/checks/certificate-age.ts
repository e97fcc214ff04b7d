/** Is the terminal's certificate in force, and renewed in time? */
import { valuesOf } from '../factors.ts';
import { type CheckContext, type FreshFinding, finding, type PostureCheck } from './check.ts';

/** An agent renews at two thirds of the lifetime; with less than this left, renewal has failed for a long time. */
const RENEWAL_OVERDUE_PERCENT = 10;

export const certificateAge: PostureCheck = {
  name: 'certificate-age',
  reads: 'certificate',
  codes: ['certificate-expired', 'certificate-not-yet-valid', 'certificate-renewal-overdue'],
  judge: ({ report, nowMs }: CheckContext): readonly FreshFinding[] =>
    valuesOf(report, 'certificate').flatMap(({ serial, notBefore, notAfter }) => {
      const startMs = Date.parse(notBefore);
      const endMs = Date.parse(notAfter);
      if (nowMs >= endMs) return [finding('certificate-expired', 'high', serial, `ended ${notAfter}`)];
      if (nowMs < startMs) return [finding('certificate-not-yet-valid', 'medium', serial, `begins ${notBefore}`)];
      if ((endMs - nowMs) * 100 >= (endMs - startMs) * RENEWAL_OVERDUE_PERCENT) return [];
      return [finding('certificate-renewal-overdue', 'low', serial, `ends ${notAfter}`)];
    }),
};
