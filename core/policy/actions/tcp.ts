/** The connection itself: judged first for every protocol, and all there is to judge for a protocol nobody parses. */
import { EVERY_PRINCIPAL, SYSTEMS, type VerbFamily } from './verb-family.ts';

export const TCP_VERBS: VerbFamily = {
  family: 'tcp',
  principals: EVERY_PRINCIPAL,
  objects: SYSTEMS,
  verbs: { reach: ['connect'], remediate: ['connect'] },
};
