/** Roles that are kinds of another role: a policy for clinicians holds for nurses and physicians. */
const MORE_GENERAL: Readonly<Record<string, readonly string[]>> = {
  nurse: ['clinician'],
  physician: ['clinician'],
  therapist: ['clinician'],
};

/** @returns the roles and the more general ones they imply, each once */
export const withImpliedRoles = (roles: readonly string[]): string[] => [
  ...new Set(roles.flatMap((role) => [role, ...(MORE_GENERAL[role] ?? [])])),
];
