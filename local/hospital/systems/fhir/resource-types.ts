/** The resources that the server holds, with what each must have. The rest of a resource is stored as it came. */
import * as z from 'zod';

export const FHIR_TYPES = ['Patient', 'Device', 'Observation', 'ServiceRequest', 'ImagingStudy'] as const;
export type FhirType = (typeof FHIR_TYPES)[number];

export const FHIR_ID = /^[A-Za-z0-9.-]{1,64}$/;

const reference = z.looseObject({ reference: z.string().min(1) });
const concept = z.looseObject({
  coding: z.array(z.looseObject({ code: z.string().min(1) })).optional(),
  text: z.string().optional(),
});
const common = { id: z.string().regex(FHIR_ID).optional(), meta: z.looseObject({}).optional() };
const observationStatus = z.enum(['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled']);
const requestStatus = z.enum(['draft', 'active', 'on-hold', 'revoked', 'completed']);
const studyStatus = z.enum(['registered', 'available', 'cancelled']);
const deviceStatus = z.enum(['active', 'inactive', 'entered-in-error', 'unknown']);

/** @see HL7 FHIR R4, the resource pages: elements with cardinality 1 */
export const RESOURCE_SCHEMAS: Readonly<Record<FhirType, z.ZodType>> = {
  Patient: z.looseObject({ resourceType: z.literal('Patient'), ...common }),
  Device: z.looseObject({ resourceType: z.literal('Device'), ...common, status: deviceStatus.optional() }),
  Observation: z.looseObject({
    resourceType: z.literal('Observation'),
    ...common,
    status: observationStatus,
    code: concept,
    subject: reference.optional(),
    device: reference.optional(),
  }),
  ServiceRequest: z.looseObject({
    resourceType: z.literal('ServiceRequest'),
    ...common,
    status: requestStatus,
    intent: z.string().min(1),
    subject: reference,
  }),
  ImagingStudy: z.looseObject({
    resourceType: z.literal('ImagingStudy'),
    ...common,
    status: studyStatus,
    subject: reference,
    basedOn: z.array(reference).optional(),
  }),
};

interface FhirMeta {
  readonly versionId: string;
  readonly lastUpdated: string;
  readonly [name: string]: unknown;
}

export interface FhirResource {
  readonly resourceType: FhirType;
  readonly id: string;
  readonly meta: FhirMeta;
  readonly [name: string]: unknown;
}

/** A resource as a client sends it. */
export interface FhirContent {
  readonly resourceType: FhirType;
  readonly id?: string | undefined;
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  readonly [name: string]: unknown;
}

export const isFhirType = (name: string | undefined): name is FhirType =>
  (FHIR_TYPES as readonly (string | undefined)[]).includes(name);
