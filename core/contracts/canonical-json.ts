/**
 * Canonical JSON: the one byte sequence of a value, for digests and signatures.
 *
 * Members sorted by UTF-16 code units, no white space, as RFC 8785 has it. Numbers are limited to safe integers:
 * nothing that is hashed here holds a fraction, and so no two engines can print one differently.
 */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

/** @throws RangeError for a number that is not a safe integer */
export function canonicalJson(value: CanonicalValue): string {
  // What is canonical as it stands is left to the engine, which is several times faster.
  if (isOrdered(value)) return JSON.stringify(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`canonical JSON takes safe integers only, not ${value}`);
    return String(value);
  }
  if (value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** Every object's members are in order and present, every number is a safe integer: `JSON.stringify` is canonical. */
function isOrdered(value: CanonicalValue): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (value === undefined) return false;
  if (Array.isArray(value)) return value.every(isOrdered);
  let last = '';
  const members = value as { readonly [key: string]: CanonicalValue };
  for (const key of Object.keys(members)) {
    if (key < last || !isOrdered(members[key])) return false;
    last = key;
  }
  return true;
}
