/** Who plays which part in a situation: reason codes begin with the part. */
import type { Party, Sought } from '../party.ts';
import type { Situation } from '../situation.ts';

export type Part = 'subject' | 'device' | 'hub' | 'object' | 'environment';

export interface Cast {
  readonly part: Part;
  readonly sought: Sought;
}

/** In the order in which reasons are given. */
export function castOf({ subject, device, subjectHubs, object, objectHubs, gateway }: Situation): Cast[] {
  const hub = (sought: Sought): Cast => ({ part: 'hub', sought });
  return [
    { part: 'subject', sought: subject },
    ...(device === null ? [] : [{ part: 'device', sought: device } as const]),
    ...subjectHubs.map(hub),
    { part: 'object', sought: object },
    ...objectHubs.map(hub),
    ...(gateway === null ? [] : [{ part: 'environment', sought: gateway } as const]),
  ];
}

/** Asks every known party; what is not known is another criterion's business. */
export const askEach = (situation: Situation, ask: (party: Party, part: Part) => string | null): string[] =>
  castOf(situation).flatMap(({ part, sought }) => (sought.party === null ? [] : (ask(sought.party, part) ?? [])));
