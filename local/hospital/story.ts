/**
 * What happens in the hospital, as lines for a person who watches: one when something changes, none for what goes on as
 * it did. Programs tell events; agents tell log lines.
 */

import * as z from 'zod';
import { EntityIdSchema, nameOf } from '../../core/contracts/identifiers.ts';

const EventSchema = z.looseObject({ at: z.string(), event: z.string(), program: z.string(), id: EntityIdSchema });
type ProgramEvent = z.infer<typeof EventSchema>;
const AgentLineSchema = z.looseObject({ at: z.string(), code: z.string(), message: z.string() });

/** Which standing of which relation an event speaks of. The line is told when the standing changes. */
interface Standing {
  readonly relation: string;
  readonly standing: string;
  readonly words: string;
}

const text = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));

const TOLD: Readonly<Record<string, (event: ProgramEvent) => Standing>> = {
  'fhir-answered': () => ({ relation: 'fhir', standing: 'works', words: 'is served by the FHIR server' }),
  'fhir-refused': ({ status, code, reasons }) => ({
    relation: 'fhir',
    standing: `refused ${text(code)}`,
    words: `is refused at FHIR: ${text(status)} ${text(code)} ${text(reasons)}`.trimEnd(),
  }),
  'fhir-lost': ({ fault }) => ({
    relation: 'fhir',
    standing: 'lost',
    words: `has no way to FHIR (${text(fault)})`,
  }),
  'line-connected': () => ({ relation: 'lines', standing: 'works', words: 'streams to the results sink' }),
  'line-lost': () => ({ relation: 'lines', standing: 'lost', words: 'lost its stream to the results sink' }),
  'line-dropped': () => ({ relation: 'dropped', standing: 'yes', words: 'had to drop lines that nobody took' }),
  'library-pushed': ({ device, version }) => ({
    relation: `library ${text(device)}`,
    standing: `has ${text(version)}`,
    words: `pushed drug library ${text(version)} to ${text(device)}`,
  }),
  'library-refused': ({ device, status, code }) => ({
    relation: `library ${text(device)}`,
    standing: 'refused',
    words: `may not push to ${text(device)}: ${text(status)} ${text(code)}`,
  }),
  'library-unreachable': ({ device, fault }) => ({
    relation: `library ${text(device)}`,
    standing: 'unreachable',
    words: `cannot reach ${text(device)} (${text(fault)})`,
  }),
  'library-installed': ({ version }) => ({
    relation: 'installed',
    standing: text(version),
    words: `installed drug library ${text(version)}`,
  }),
  'library-rejected': () => ({ relation: 'installed', standing: 'rejected', words: 'rejected a drug library' }),
  'study-sent': () => ({ relation: 'study', standing: 'sent', words: 'recorded its first study' }),
  'peer-refused': ({ code }) => ({
    relation: `peer ${text(code)}`,
    standing: 'seen',
    words: `dropped a peer that is not the gateway (${text(code)})`,
  }),
  'attempts-done': ({ refused, answered, unreachable }) => ({
    relation: 'attempts',
    standing: `${text(answered)}`,
    words: `tried ${Number(refused) + Number(answered) + Number(unreachable)} ways in: ${text(refused)} refused, ${text(answered)} answered`,
  }),
};

/** Agents' lines that a person wants to see. */
const TOLD_OF_AGENTS: ReadonlySet<string> = new Set([
  'enrolled',
  'enrolment-delayed',
  'broker-connected',
  'broker-lost',
  'tunnel-opened',
  'command-executed',
  'command-refused',
  'command-failed',
  'agent-fault',
]);

export class Story {
  readonly #standings = new Map<string, string>();

  /** @param line of a program's output @returns undefined when there is nothing new */
  ofProgram(line: string): string | undefined {
    const event = EventSchema.safeParse(parseJson(line)).data;
    if (event === undefined) return undefined;
    const told = TOLD[event.event]?.(event);
    if (told === undefined) return undefined;
    return this.#line(nameOf(event.id), told, event.at);
  }

  /** @param line of an agent's log */
  ofAgent(device: string, line: string): string | undefined {
    const entry = AgentLineSchema.safeParse(parseJson(line)).data;
    if (entry === undefined || !TOLD_OF_AGENTS.has(entry.code)) return undefined;
    const words = `agent: ${entry.message.replace(/\.$/, '').toLowerCase()}`;
    // Each of these is an event of its own, not a standing.
    return formatted(device, words, entry.at);
  }

  #line(name: string, { relation, standing, words }: Standing, at: string): string | undefined {
    const key = `${name} ${relation}`;
    if (this.#standings.get(key) === standing) return undefined;
    this.#standings.set(key, standing);
    return formatted(name, words, at);
  }
}

const NAME_WIDTH = 12;

const formatted = (name: string, words: string, at: string): string =>
  `${at.slice(11, 19)}  ${name.padEnd(NAME_WIDTH)}  ${words}`;

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
