/** HTTP methods. CONNECT and TRACE are left out on purpose: nobody may use them. @see RFC 9110 §9, RFC 5789 */
import { EVERY_PRINCIPAL, SYSTEMS, type VerbFamily } from './verb-family.ts';

export const HTTP_VERBS: VerbFamily = {
  family: 'http',
  principals: EVERY_PRINCIPAL,
  objects: SYSTEMS,
  verbs: {
    read: ['GET', 'HEAD', 'OPTIONS'],
    write: ['POST', 'PUT', 'PATCH', 'DELETE'],
    /** What a quarantined device needs to fetch its cure and to say that it took it. */
    remediate: ['GET', 'HEAD', 'OPTIONS', 'POST'],
  },
};
