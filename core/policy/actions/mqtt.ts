/** MQTT control packets that an access can be made of. @see MQTT 5.0 §2.1.2 */
import { EVERY_PRINCIPAL, SYSTEMS, type VerbFamily } from './verb-family.ts';

export const MQTT_VERBS: VerbFamily = {
  family: 'mqtt',
  principals: EVERY_PRINCIPAL,
  objects: SYSTEMS,
  verbs: { reach: ['connect', 'unsubscribe'], read: ['subscribe', 'receive'], observe: ['publish'] },
};
