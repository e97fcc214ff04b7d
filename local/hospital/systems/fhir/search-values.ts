/** How one search value is held against what a resource says. @see HL7 FHIR R4 §3.1.1.4 */

/** A value of a resource that a parameter looks at; whatever shape it has there. */
export type Found = unknown;
export type Matcher = (found: Found, value: string, modifier: string | null) => boolean;

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** `code`, `system|code`, `|code` or `system|`; of a code, a Coding or an Identifier. */
export const matchToken: Matcher = (found, value) => {
  const code = typeof found === 'string' ? found : (member(found, 'code') ?? member(found, 'value'));
  const bar = value.indexOf('|');
  if (bar < 0) return code === value;
  const system = member(found, 'system') ?? '';
  const wanted = value.slice(bar + 1);
  return system === value.slice(0, bar) && (wanted === '' || code === wanted);
};

export const matchString: Matcher = (found, value, modifier) => {
  if (typeof found !== 'string') return false;
  if (modifier === 'exact') return found === value;
  const [text, part] = [fold(found), fold(value)];
  return modifier === 'contains' ? text.includes(part) : text.startsWith(part);
};

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** `Type/id` or the id alone. */
export const matchReference: Matcher = (found, value) => {
  const target = member(found, 'reference');
  return typeof target === 'string' && (target === value || target.endsWith(`/${value}`));
};

const DATE_VALUE =
  /^(eq|ne|gt|lt|ge|le)?(\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?)$/;

export const isDateValue = (value: string): boolean => {
  const [, , date] = DATE_VALUE.exec(value) ?? [];
  return date !== undefined && !Number.isNaN(Date.parse(date));
};

/** A day is all of its day: `eq2026-11` is any instant of that month. */
export const matchDate: Matcher = (found, value) => {
  const [, prefix = 'eq', date = ''] = DATE_VALUE.exec(value) ?? [];
  if (typeof found !== 'string') return false;
  const have = span(found);
  const want = span(date);
  switch (prefix) {
    case 'ne':
      return have.start < want.start || have.end > want.end;
    case 'gt':
      return have.end > want.end;
    case 'lt':
      return have.start < want.start;
    case 'ge':
      return have.end > want.end || have.start >= want.start;
    case 'le':
      return have.start < want.start || have.end <= want.end;
    default:
      return have.start >= want.start && have.end <= want.end;
  }
};

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Both ends in milliseconds; the end is the last one inside. */
function span(date: string): { readonly start: number; readonly end: number } {
  const start = Date.parse(date);
  return { start, end: endOf(date, start) - 1 };
}

function endOf(date: string, start: number): number {
  const at = new Date(start);
  if (date.length === 4) return Date.UTC(at.getUTCFullYear() + 1, 0);
  if (date.length === 7) return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
  if (date.length === 10) return start + DAY_MS;
  if (/\.\d+/.test(date)) return start + 1;
  return start + (/T\d\d:\d\d:\d\d/.test(date) ? SECOND_MS : MINUTE_MS);
}
