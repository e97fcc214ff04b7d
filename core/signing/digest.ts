/** SHA-256 in the two forms that contracts use. */
import { hash } from 'node:crypto';
import { type CanonicalValue, canonicalJson } from '../contracts/canonical-json.ts';

/** @returns 64 lower-case hexadecimal digits */
export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** Digest of a value's canonical JSON: equal for equal values, on every engine. */
export const canonicalDigest = (value: CanonicalValue): string => sha256Hex(canonicalJson(value));
