/** Which interaction of the FHIR RESTful API a request is. @see HL7 FHIR R4 §3.1.0; Bulk Data Access for `$export` */
const RESOURCE_TYPE = /^[A-Z][A-Za-z]{1,63}$/;
/** Where a server's own path ends and FHIR begins. */
const SYSTEM_SEGMENT = /^(?:metadata|_history|_search|\$.*)$/;
const EXPORT_OPERATION = '$export';

type Segments = readonly string[];

/** @returns the interaction's code, or null when the request is none */
export function fhirInteraction(method: string, path: string, query: string): string | null {
  const all = path.split('/').filter((one) => one !== '');
  const start = all.findIndex((one) => RESOURCE_TYPE.test(one) || SYSTEM_SEGMENT.test(one));
  const segments = start < 0 ? [] : all.slice(start);
  const operation = segments.findIndex((one) => one.startsWith('$'));
  if (operation >= 0) return operationCode(method, segments, operation);
  const first = segments[0];
  if (first === undefined) return systemInteraction(method, query);
  if (SYSTEM_SEGMENT.test(first)) return systemSegment(method, segments);
  return segments.length === 1 ? typeInteraction(method, query) : instanceInteraction(method, segments);
}

function operationCode(method: string, segments: Segments, index: number): string | null {
  if (method !== 'GET' && method !== 'POST') return null;
  if (index !== segments.length - 1) return null;
  return segments[index] === EXPORT_OPERATION ? 'export' : 'operation';
}

const reads = (method: string): boolean => method === 'GET' || method === 'HEAD';

function systemInteraction(method: string, query: string): string | null {
  if (method === 'OPTIONS') return 'capabilities';
  if (reads(method)) return query === '' ? 'capabilities' : 'search-system';
  // Whether it is a transaction stands in the body; a batch is the lesser word for the same power.
  return method === 'POST' ? 'batch' : null;
}

function systemSegment(method: string, segments: Segments): string | null {
  if (segments.length !== 1) return null;
  const [name] = segments;
  if (name === 'metadata') return reads(method) || method === 'OPTIONS' ? 'capabilities' : null;
  if (name === '_history') return reads(method) ? 'history-system' : null;
  return method === 'POST' || reads(method) ? 'search-system' : null;
}

function typeInteraction(method: string, query: string): string | null {
  if (reads(method)) return 'search-type';
  if (method === 'POST') return 'create';
  // Conditional forms name their target in the query; without one they would be for a whole type.
  if (query === '') return null;
  const conditional: Readonly<Record<string, string>> = { PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
  return conditional[method] ?? null;
}

function instanceInteraction(method: string, segments: Segments): string | null {
  const [, second, third, fourth] = segments;
  if (second === '_search') return segments.length === 2 && (method === 'POST' || reads(method)) ? 'search-type' : null;
  if (second === '_history') return segments.length === 2 && reads(method) ? 'history-type' : null;
  if (segments.length === 2) {
    const byMethod: Readonly<Record<string, string>> = {
      GET: 'read',
      HEAD: 'read',
      PUT: 'update',
      PATCH: 'patch',
      DELETE: 'delete',
    };
    return byMethod[method] ?? null;
  }
  if (third === '_history') {
    if (!reads(method)) return null;
    if (segments.length === 3) return 'history-instance';
    return segments.length === 4 && fourth !== undefined ? 'vread' : null;
  }
  // A compartment search: /Patient/1/Observation.
  const isType = third !== undefined && (RESOURCE_TYPE.test(third) || third === '*');
  return segments.length === 3 && isType && reads(method) ? 'search-type' : null;
}
