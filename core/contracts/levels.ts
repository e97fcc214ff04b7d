/** The ordered scales on which subjects, environments and objects are judged. */
import * as z from 'zod';

/** 0 none, 1 remediation, 2 limited, 3 standard, 4 high. */
export const TrustLevelSchema = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type TrustLevel = z.infer<typeof TrustLevelSchema>;

/** A is best. F means a check found compromise or crashed. */
export const PostureGradeSchema = z.enum(['A', 'B', 'C', 'D', 'E', 'F']);
export type PostureGrade = z.infer<typeof PostureGradeSchema>;

/** How far behaviour is from its baseline. `unknown` until a baseline exists. */
export const DeviationBandSchema = z.enum(['unknown', 'normal', 'elevated', 'high', 'critical']);
export type DeviationBand = z.infer<typeof DeviationBandSchema>;

export const SeveritySchema = z.enum(['info', 'low', 'medium', 'high', 'critical']);
export type Severity = z.infer<typeof SeveritySchema>;

/** Where a device, gateway or resource is in its life. Transitions: `core/identity/lifecycle.ts`. */
export const LifecycleStateSchema = z.enum([
  'registered',
  'enrolled',
  'assessed',
  'admitted',
  'restricted',
  'quarantined',
  'retired',
]);
export type LifecycleState = z.infer<typeof LifecycleStateSchema>;

/** What an entity is for, in the order in which care depends on it. */
export const CriticalitySchema = z.enum(['life-sustaining', 'therapy', 'diagnostic', 'monitoring', 'administrative']);
export type Criticality = z.infer<typeof CriticalitySchema>;

/** The rows of the freshness matrix: how old the last verified head is. @see docs/walk.md */
export const FreshnessBandSchema = z.enum(['fresh', 'recent', 'stale', 'isolated', 'expired']);
export type FreshnessBand = z.infer<typeof FreshnessBandSchema>;

export const FindingSchema = z
  .strictObject({
    code: z.string().max(64),
    severity: SeveritySchema,
    /** Short, no patient data: a path, a process name, an expected and a seen value. */
    detail: z.string().max(512),
    /** Since when this has failed without a break. */
    since: z.iso.datetime(),
  })
  .readonly();
export type Finding = z.infer<typeof FindingSchema>;
