/** By what each resource can be searched. One table for the search and for the CapabilityStatement. */
import type { FhirResource, FhirType } from './resource-types.ts';
import {
  type Found,
  isDateValue,
  type Matcher,
  matchDate,
  matchReference,
  matchString,
  matchToken,
} from './search-values.ts';

export interface SearchParameter {
  readonly type: 'token' | 'string' | 'reference' | 'date';
  readonly matches: Matcher;
  readonly modifiers: readonly string[];
  readonly isValue: (value: string) => boolean;
  readonly values: (resource: FhirResource) => readonly Found[];
}

/** Follows member names into arrays and objects: `code.coding` is every coding of the code. */
function valuesAt(resource: FhirResource, path: string): readonly Found[] {
  let found: unknown[] = [resource];
  for (const name of path.split('.'))
    found = found.flatMap((one) => {
      const next = typeof one === 'object' && one !== null ? (one as Record<string, unknown>)[name] : undefined;
      return next === undefined ? [] : next;
    });
  return found;
}

const anything = (_value: string): boolean => true;
const parameter =
  (type: SearchParameter['type'], matches: Matcher, isValue = anything, modifiers: readonly string[] = []) =>
  (path: string): SearchParameter => ({ type, matches, isValue, modifiers, values: (one) => valuesAt(one, path) });

const token = parameter('token', matchToken);
const string = parameter('string', matchString, anything, ['exact', 'contains']);
const reference = parameter('reference', matchReference);
const date = parameter('date', matchDate, isDateValue);

const EVERY_TYPE = { _id: token('id'), _lastUpdated: date('meta.lastUpdated') };

export const SEARCH_PARAMETERS: Readonly<Record<FhirType, Readonly<Record<string, SearchParameter>>>> = {
  Patient: {
    ...EVERY_TYPE,
    identifier: token('identifier'),
    family: string('name.family'),
    given: string('name.given'),
    birthdate: date('birthDate'),
    gender: token('gender'),
  },
  Device: { ...EVERY_TYPE, identifier: token('identifier'), status: token('status'), type: token('type.coding') },
  Observation: {
    ...EVERY_TYPE,
    patient: reference('subject'),
    subject: reference('subject'),
    device: reference('device'),
    code: token('code.coding'),
    status: token('status'),
    category: token('category.coding'),
    date: date('effectiveDateTime'),
  },
  ServiceRequest: {
    ...EVERY_TYPE,
    patient: reference('subject'),
    subject: reference('subject'),
    performer: reference('performer'),
    status: token('status'),
    category: token('category.coding'),
    authored: date('authoredOn'),
  },
  ImagingStudy: {
    ...EVERY_TYPE,
    patient: reference('subject'),
    subject: reference('subject'),
    basedon: reference('basedOn'),
    status: token('status'),
    started: date('started'),
  },
};
