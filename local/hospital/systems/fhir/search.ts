/**
 * Searches one type of resource. A parameter or modifier that is not understood is an error: leaving it out would
 * return more than was asked for. @see HL7 FHIR R4 §3.1.1
 */

import type { FhirStore } from './fhir-store.ts';
import { type FhirAnswer, refuse } from './operation-outcome.ts';
import type { FhirResource, FhirType } from './resource-types.ts';
import { SEARCH_PARAMETERS } from './search-parameters.ts';

const DEFAULT_COUNT = 50;
const MAX_COUNT = 500;
const NUMBER = /^\d{1,6}$/;
/** Not part of the standard's parameters: it stands in the links to the next page, which are opaque to a client. */
const OFFSET = '_offset';

type Test = (resource: FhirResource) => boolean;

/** @param base what `fullUrl` begins with */
export function search(store: FhirStore, type: FhirType, query: URLSearchParams, base: string): FhirAnswer {
  const tests: Test[] = [];
  let count = DEFAULT_COUNT;
  let offset = 0;
  for (const [name, value] of query) {
    if (name === '_count' || name === OFFSET) {
      if (!NUMBER.test(value)) return refuse(400, 'invalid', `${name} must be a number`);
      if (name === OFFSET) offset = Number(value);
      else count = Math.min(Number(value), MAX_COUNT);
      continue;
    }
    const test = testOf(type, name, value);
    if (typeof test === 'string') return refuse(400, 'not-supported', test);
    tests.push(test);
  }
  // The newest first: who asks for a few wants these.
  const found = [...store.all(type)].filter((one) => tests.every((test) => test(one))).reverse();
  const page = found.slice(offset, offset + count);
  return {
    status: 200,
    body: {
      resourceType: 'Bundle',
      type: 'searchset',
      total: found.length,
      link: links(type, query, { offset, count, total: found.length }),
      entry: page.map((resource) => ({
        fullUrl: `${base}/${type}/${resource.id}`,
        resource,
        search: { mode: 'match' },
      })),
    },
  };
}

/** Values that a comma separates are alternatives; parameters that are repeated must all hold. */
function testOf(type: FhirType, key: string, value: string): Test | string {
  const [name = '', modifier = null] = key.split(':', 2);
  const parameters = SEARCH_PARAMETERS[type];
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (parameter === undefined) return `${type} cannot be searched by ${name.slice(0, 64)}`;
  if (modifier !== null && !parameter.modifiers.includes(modifier)) return `no modifier ${modifier.slice(0, 32)} here`;
  const alternatives = value.split(',');
  if (!alternatives.every(parameter.isValue)) return `${name} has a value that cannot be read`;
  return (resource) =>
    parameter.values(resource).some((found) => alternatives.some((one) => parameter.matches(found, one, modifier)));
}

interface Page {
  readonly offset: number;
  readonly count: number;
  readonly total: number;
}

function links(type: FhirType, query: URLSearchParams, { offset, count, total }: Page): unknown[] {
  const self = { relation: 'self', url: `${type}?${query}` };
  if (count === 0 || offset + count >= total) return [self];
  const next = new URLSearchParams(query);
  next.set(OFFSET, String(offset + count));
  return [self, { relation: 'next', url: `${type}?${next}` }];
}
