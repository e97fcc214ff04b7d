/** Order of dotted version numbers as operating systems and firmware print them: `12`, `22.04.3 LTS`, `10.0.19045`. */

const LEADING_NUMBERS = /^[vV]?(\d{1,9}(?:\.\d{1,9}){0,7})/;

/** The leading dotted numbers of a version text, or `undefined` when it has none. */
export function versionNumbers(version: string): readonly number[] | undefined {
  return LEADING_NUMBERS.exec(version.trim())?.[1]?.split('.').map(Number);
}

/** Negative when `left` is the older one. A missing part counts as 0: `12` equals `12.0`. */
export function compareVersions(left: readonly number[], right: readonly number[]): number {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
