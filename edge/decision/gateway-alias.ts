/** The SNI name under which a gateway itself is reached: posture door and tunnel. */
import { sha256Hex } from '../../core/signing/digest.ts';

const ALIAS_DIGITS = 24;

/** @param id the gateway's entity id @returns 24 hexadecimal digits that tell an observer nothing */
export const gatewayAlias = (id: string): string => sha256Hex(id).slice(0, ALIAS_DIGITS);
