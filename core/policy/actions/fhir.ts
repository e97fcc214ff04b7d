/** FHIR REST interactions by their code. @see HL7 FHIR R4, CodeSystem restful-interaction; Bulk Data Access for export */
import { EVERY_PRINCIPAL, SYSTEMS, type VerbFamily } from './verb-family.ts';

export const FHIR_VERBS: VerbFamily = {
  family: 'fhir',
  principals: EVERY_PRINCIPAL,
  objects: SYSTEMS,
  verbs: {
    read: [
      'read',
      'vread',
      'history-instance',
      'history-type',
      'history-system',
      'search-type',
      'search-system',
      'capabilities',
    ],
    write: ['create', 'update', 'patch', 'delete', 'batch', 'transaction', 'operation'],
    export: ['export'],
  },
};
