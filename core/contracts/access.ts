/** AccessRequest and Decision in the shape of the OpenID AuthZEN Authorization API 1.0. */
import * as z from 'zod';
import { CodeSchema, TimestampSchema } from './identifiers.ts';

const properties = z.record(z.string(), z.json()).optional();

/** `type` is one of `device`, `user`, `application`, `resource`; anything else is denied as unknown. */
export const AccessRequestSchema = z
  .object({
    subject: z.object({ type: z.string().min(1).max(64), id: z.string().min(1).max(256), properties }),
    action: z.object({ name: z.string().min(1).max(128), properties }),
    resource: z.object({ type: z.string().min(1).max(64), id: z.string().min(1).max(256), properties }),
    context: z.record(z.string(), z.json()).optional(),
  })
  .readonly();
export type AccessRequest = z.infer<typeof AccessRequestSchema>;

/** Something the enforcement point must do when it allows. XACML's term. */
export const ObligationSchema = z
  .strictObject({ code: CodeSchema, parameters: z.record(z.string(), z.json()).optional() })
  .readonly();
export type Obligation = z.infer<typeof ObligationSchema>;

/** RFC 9470: what the subject must do to be judged again with a better chance. */
export const StepUpSchema = z
  .strictObject({
    challenge: z.literal('insufficient_user_authentication'),
    acrValues: z.array(z.string()),
    maxAgeSeconds: z.int().nonnegative().optional(),
  })
  .readonly();
export type StepUp = z.infer<typeof StepUpSchema>;

/** The failing clause, and the smallest change that would turn this denial into a permit. */
export const CounterfactualSchema = z
  .strictObject({
    clause: z.string(),
    changes: z.array(z.strictObject({ attribute: z.string(), from: z.json(), to: z.json() })),
  })
  .readonly();
export type Counterfactual = z.infer<typeof CounterfactualSchema>;

export const DecisionSchema = z
  .strictObject({
    decision: z.boolean(),
    context: z.strictObject({
      reasons: z.array(CodeSchema),
      obligations: z.array(ObligationSchema),
      /** Ids of the policies that determined the decision. */
      policies: z.array(z.string()),
      stepUp: StepUpSchema.optional(),
      counterfactual: CounterfactualSchema.optional(),
      bundleVersion: z.int().nonnegative(),
      /** Judge again no later than this. */
      validUntil: TimestampSchema.optional(),
    }),
  })
  .readonly();
export type Decision = z.infer<typeof DecisionSchema>;
