/** What is known for certain of a subject, beside evidence: the criteria are judged on these. */
import * as z from 'zod';
import { LifecycleStateSchema } from '../contracts/levels.ts';

export const TrustFactsSchema = z
  .strictObject({
    /** A certificate in force is bound to the identity; for a person, a log-in at the identity provider is. */
    certificateBound: z.boolean(),
    state: LifecycleStateSchema,
    revoked: z.boolean(),
    /** All owners are named and none has lapsed. */
    owned: z.boolean(),
    /** Known to be exploited and not compensated. */
    exploitedVulnerabilities: z.int().nonnegative(),
    /** Known by another way than a finding: a stolen key, a person's word. Critical findings count without it. */
    compromised: z.boolean(),
  })
  .readonly();
export type TrustFacts = z.infer<typeof TrustFactsSchema>;
