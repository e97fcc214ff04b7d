/** Which authority certifies which kind of entity. People carry no certificate of ours. */
import type { EntityKind } from '../../../core/contracts/identifiers.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import {
  CERTIFICATE_PURPOSES,
  type CertificatePurpose,
  PURPOSE_PROFILES,
} from '../../../core/identity/certificate-purposes.ts';

/** @throws InvalidInputError `ERR_SUBJECT_WITHOUT_CERTIFICATE` */
export function purposeOf(kind: EntityKind): CertificatePurpose {
  const purpose = CERTIFICATE_PURPOSES.find((one) => PURPOSE_PROFILES[one].kinds.includes(kind));
  if (purpose === undefined)
    throw new InvalidInputError('ERR_SUBJECT_WITHOUT_CERTIFICATE', `a ${kind} is not identified by a certificate`);
  return purpose;
}
