/** What the server says of itself at `/metadata`. @see HL7 FHIR R4 CapabilityStatement */
import { FHIR_TYPES } from './resource-types.ts';
import { SEARCH_PARAMETERS } from './search-parameters.ts';

const INTERACTIONS = ['read', 'vread', 'create', 'update', 'delete', 'search-type'];

/** @param startedAt RFC 3339 */
export const capabilityStatement = (startedAt: string): unknown => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: startedAt,
  kind: 'instance',
  implementation: { description: 'FHIR server of the simulated hospital; synthetic data only' },
  fhirVersion: '4.0.1',
  format: ['application/fhir+json'],
  rest: [
    {
      mode: 'server',
      security: { description: 'mutual TLS 1.3; only the gateway of the site is served' },
      resource: FHIR_TYPES.map((type) => ({
        type,
        versioning: 'versioned-update',
        readHistory: true,
        updateCreate: true,
        conditionalUpdate: false,
        interaction: INTERACTIONS.map((code) => ({ code })),
        searchParam: Object.entries(SEARCH_PARAMETERS[type]).map(([name, parameter]) => ({
          name,
          type: parameter.type,
        })),
      })),
    },
  ],
});
