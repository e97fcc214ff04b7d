/**
 * The verb of one HTTP request: the FHIR interaction when the resource speaks FHIR, the method otherwise. A target that
 * two readers could understand differently is refused before anyone judges it.
 * @see HL7 FHIR R4 §3.1.0 (RESTful API), RFC 9112 §3.2
 */
import { type Verb, VerbSchema } from '../../../core/contracts/identifiers.ts';
import { failure, type Result, success } from '../../../core/result.ts';
import { fhirInteraction } from './fhir-interaction.ts';

export type VerbFailure = 'request-ambiguous' | 'verb-unknown';

/** Letters of RFC 3986 for a path, and nothing else. */
const PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;
/** Search parameters carry bars and brackets unencoded; a fragment is never sent. */
const QUERY = /^[\x21\x22\x24-\x7e]*$/;
/** Encoded separators, dots and control characters: one server decodes them before routing, the next one after. */
const ENCODED_STRUCTURE = /%(?:2f|5c|2e|00|25|3f|23|0[0-9a-f]|1[0-9a-f]|7f)/i;
const METHOD = /^[A-Z]{1,16}$/;

/** @param target origin form; absolute, authority and asterisk forms are refused @param category of the resource */
export function verbOf(method: string, target: string, category: string): Result<Verb, VerbFailure> {
  if (!METHOD.test(method)) return failure('verb-unknown', 'not a method of HTTP');
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? '' : target.slice(queryAt + 1);
  if (!PATH.test(path) || !QUERY.test(query) || ENCODED_STRUCTURE.test(path) || hasOddSegment(path))
    return failure('request-ambiguous', 'the request target can be read in more than one way');
  if (category !== 'fhir') return success(VerbSchema.parse(`http:${method}`));
  const interaction = fhirInteraction(method, path, query);
  if (interaction === null) return failure('verb-unknown', 'not an interaction of FHIR');
  return success(VerbSchema.parse(`fhir:${interaction}`));
}

/** Dot segments, and empty ones inside the path. */
function hasOddSegment(path: string): boolean {
  const segments = path.slice(1).split('/');
  return segments.some((one, index) => one === '.' || one === '..' || (one === '' && index < segments.length - 1));
}
