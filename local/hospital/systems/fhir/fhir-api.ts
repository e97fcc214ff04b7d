/** The RESTful API: one request in, one answer out. @see HL7 FHIR R4 §3.1.0 */
import { capabilityStatement } from './capability-statement.ts';
import type { FhirStore } from './fhir-store.ts';
import { type FhirAnswer, refuse } from './operation-outcome.ts';
import {
  FHIR_ID,
  type FhirContent,
  type FhirResource,
  type FhirType,
  isFhirType,
  RESOURCE_SCHEMAS,
} from './resource-types.ts';
import { search } from './search.ts';

export interface FhirRequest {
  readonly method: string;
  /** Origin form. */
  readonly target: string;
  readonly contentType: string;
  readonly ifMatch: string | null;
  readonly body: string;
  /** What links begin with. */
  readonly base: string;
  /** SPIFFE id of who sends it, as the gateway says; it becomes `meta.source`. */
  readonly source: string | null;
}

export interface FhirApi {
  readonly store: FhirStore;
  readonly startedAt: string;
  /** After a create or an update. */
  readonly stored: (resource: FhirResource) => void;
}

const JSON_TYPE = /^application\/(?:fhir\+)?json\b/i;
const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i;
const VERSION_TAG = /^W\/"(\d+)"$/;

export function answerFhir(api: FhirApi, request: FhirRequest): FhirAnswer {
  const { pathname, searchParams } = new URL(request.target, 'https://server.invalid');
  const [type, second, third, version, ...more] = pathname.split('/').filter((one) => one !== '');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (more.length > 0) return refuse(404, 'not-found', 'there is nothing here');
  if (type === 'metadata' && second === undefined)
    return method === 'GET' ? { status: 200, body: capabilityStatement(api.startedAt) } : notAllowed('GET');
  if (!isFhirType(type)) return refuse(404, 'not-supported', 'this server does not hold that type of resource');
  if (second === undefined) return onType(api, request, method, type, searchParams);
  if (second === '_search' && third === undefined) return searchByForm(api, request, method, type, searchParams);
  if (!FHIR_ID.test(second)) return refuse(404, 'not-found', 'no such resource');
  if (third === undefined) return onInstance(api, request, method, type, second);
  if (third !== '_history' || version === undefined) return refuse(404, 'not-supported', 'there is nothing here');
  if (method !== 'GET') return notAllowed('GET');
  const found = api.store.readVersion(type, second, version);
  return found === undefined ? refuse(404, 'not-found', 'no such version') : stands(200, found);
}

function onType(
  api: FhirApi,
  request: FhirRequest,
  method: string,
  type: FhirType,
  query: URLSearchParams,
): FhirAnswer {
  if (method === 'GET') return search(api.store, type, query, request.base);
  if (method !== 'POST') return notAllowed('GET, POST');
  const read = contentOf(request, type);
  if ('refusal' in read) return read.refusal;
  const resource = api.store.create(read.content);
  api.stored(resource);
  return stands(201, resource);
}

function searchByForm(
  { store }: FhirApi,
  { contentType, body, base }: FhirRequest,
  method: string,
  type: FhirType,
  query: URLSearchParams,
): FhirAnswer {
  if (method === 'GET') return search(store, type, query, base);
  if (method !== 'POST') return notAllowed('GET, POST');
  if (!FORM_TYPE.test(contentType)) return refuse(415, 'not-supported', 'a search is sent as a form');
  return search(store, type, new URLSearchParams([...query, ...new URLSearchParams(body)]), base);
}

function onInstance(api: FhirApi, request: FhirRequest, method: string, type: FhirType, id: string): FhirAnswer {
  const { store } = api;
  const held = store.read(type, id);
  switch (method) {
    case 'GET':
      if (held === 'gone') return refuse(410, 'deleted', 'the resource was deleted');
      return held === undefined ? refuse(404, 'not-found', 'no such resource') : stands(200, held);
    case 'DELETE':
      store.delete(type, id);
      return { status: 204 };
    case 'PUT':
      return update(api, request, type, id, held);
    default:
      return notAllowed('GET, PUT, DELETE');
  }
}

function update(
  api: FhirApi,
  request: FhirRequest,
  type: FhirType,
  id: string,
  held: FhirResource | 'gone' | undefined,
): FhirAnswer {
  const read = contentOf(request, type);
  if ('refusal' in read) return read.refusal;
  if (read.content.id !== id) return refuse(400, 'invalid', 'the id of the resource is not that of the address');
  const current = held === undefined || held === 'gone' ? null : held.meta.versionId;
  if (request.ifMatch !== null && VERSION_TAG.exec(request.ifMatch)?.[1] !== current)
    return refuse(412, 'conflict', 'the resource has another version');
  const { resource, created } = api.store.put(read.content, id);
  api.stored(resource);
  return stands(created ? 201 : 200, resource);
}

function contentOf(request: FhirRequest, type: FhirType): { content: FhirContent } | { refusal: FhirAnswer } {
  if (!JSON_TYPE.test(request.contentType))
    return { refusal: refuse(415, 'not-supported', 'this server speaks application/fhir+json') };
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    return { refusal: refuse(400, 'structure', 'the body is not JSON') };
  }
  const parsed = RESOURCE_SCHEMAS[type].safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { refusal: refuse(400, 'invalid', `${type}.${issue?.path.join('.') ?? ''} is not as it must be`) };
  }
  const content = parsed.data as FhirContent;
  // Who sent it is the gateway's to say; what the content says of it is dropped.
  const { source: _claimed, ...meta } = content.meta ?? {};
  return { content: { ...content, meta: request.source === null ? meta : { ...meta, source: request.source } } };
}

function stands(status: 200 | 201, resource: FhirResource): FhirAnswer {
  const { versionId, lastUpdated } = resource.meta;
  const headers = {
    etag: `W/"${versionId}"`,
    'last-modified': new Date(lastUpdated).toUTCString(),
    ...(status === 201 && { location: `/${resource.resourceType}/${resource.id}/_history/${versionId}` }),
  };
  return { status, headers, body: resource };
}

const notAllowed = (allow: string): FhirAnswer => refuse(405, 'not-supported', 'this cannot be done here', { allow });
