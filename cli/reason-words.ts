/** Reason codes in words, for people. A code that is not here is shown as it is: codes are the truth, words a courtesy. */

const PARTS: Readonly<Record<string, string>> = {
  subject: 'The subject',
  object: 'The object',
  device: 'The terminal',
  hub: 'A hub on the way',
  environment: 'The gateway',
};

/** What can be said of each part. */
const OF_A_PART: Readonly<Record<string, string>> = {
  unknown: 'is not known at this site',
  'foreign-site': 'belongs to another site',
  unassessed: 'has not been assessed',
  'trust-expired': 'was judged too long ago',
  'certificate-missing': 'has no certificate',
  'certificate-expired': 'has a certificate that has ended',
  'certificate-revoked': 'has a certificate that was revoked',
  unowned: 'has no owners who answer for it now',
  'not-admitted': 'has not been admitted',
  quarantined: 'is quarantined',
  retired: 'is retired',
};

const WHOLE: Readonly<Record<string, string>> = {
  'no-policy-permits': 'No policy permits this.',
  'level-insufficient': 'The lowest trust level of subject, environment and object is below what the object demands.',
  'posture-failing': 'The posture of one side is F: compromise was found, or a check crashed.',
  'verb-narrowed': 'The device is restricted, and this verb is not among those that it keeps.',
  'deviation-critical': 'The behaviour of one side is far from its baseline.',
  'trust-overdue': 'The trust of one side should have been judged again by now.',
  'zone-unexpected': 'The access comes from a zone where neither side is declared to be.',
  'device-missing': 'A person is judged together with a known terminal, and none was named.',
  'authentication-insufficient': 'The person must authenticate more strongly, or again.',
  'outside-hours': 'Vendors work by day.',
  'verb-unknown': 'There is no such verb.',
  'verb-not-applicable': 'This subject cannot do this to such an object.',
  'freshness-closed': 'The state of the site is too old for this kind of access.',
  'identity-unconfirmed': 'The state of the site is old, and the control plane had not admitted this subject.',
  'confirmation-required': 'The state of the site is not fresh, and this access needs the control plane to confirm.',
  'break-glass-required': 'The state of the site is so old that only a declared emergency is let through.',
  'session-limit': 'The session has lasted as long as it may.',
  'bundle-missing': 'Nothing has been published for this site.',
};

export function reasonInWords(code: string): string {
  const whole = WHOLE[code];
  if (whole !== undefined) return whole;
  const [part = ''] = code.split('-', 1);
  const words = OF_A_PART[code.slice(part.length + 1)];
  const who = PARTS[part];
  return who !== undefined && words !== undefined ? `${who} ${words}.` : code;
}
