/** DIMSE services. @see DICOM PS3.7 */
import { EVERY_PRINCIPAL, SYSTEMS, type VerbFamily } from './verb-family.ts';

export const DICOM_VERBS: VerbFamily = {
  family: 'dicom',
  principals: EVERY_PRINCIPAL,
  objects: SYSTEMS,
  verbs: {
    reach: ['A-ASSOCIATE', 'C-ECHO'],
    read: ['C-FIND', 'C-GET', 'C-MOVE', 'C-CANCEL', 'N-GET'],
    observe: ['C-STORE', 'N-EVENT-REPORT'],
    write: ['N-CREATE', 'N-SET', 'N-ACTION', 'N-DELETE'],
  },
};
