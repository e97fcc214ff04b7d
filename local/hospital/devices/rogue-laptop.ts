/**
 * A person's own laptop in the ward's network, curious: it tries the gateway without a certificate, with one made at
 * home, with an old TLS, under names it guesses, and the business systems past the gateway. It does no harm; it tells
 * of each attempt whether anything came back.
 */
import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import * as z from 'zod';
import { EntityIdSchema, EntityRefSchema } from '../../../core/contracts/identifiers.ts';
import { type Address, AddressSchema, type Program, runningProgram, type Surroundings, teller } from '../program.ts';
import { repeat } from '../repeat.ts';
import { type HomeMade, makeCertificateAtHome } from './home-made-certificate.ts';
import { type ProbeResult, probe } from './probe.ts';

/** What somebody would think a hospital calls its systems. */
const GUESSES = ['fhir', 'emr', 'pacs', 'gateway.hospital.local', 'localhost'];

export const RogueLaptopConfigSchema = z.strictObject({
  id: EntityIdSchema,
  gateway: AddressSchema,
  /** Whose name it puts into the certificate that it makes. */
  claims: EntityRefSchema,
  /** Names that it tries besides its guesses; a real one does not help it. */
  aliases: z.array(z.string().min(1).max(253)).max(32).default([]),
  /** What it tries to reach past the gateway. */
  systems: z.array(z.strictObject({ name: z.string().min(1).max(96), address: AddressSchema })).max(32),
  everySeconds: z.number().positive().nullable().default(null),
});
export type RogueLaptopConfigInput = z.input<typeof RogueLaptopConfigSchema>;
type RogueLaptopConfig = z.infer<typeof RogueLaptopConfigSchema>;

interface Attempt {
  readonly attempt: string;
  readonly target: string;
  readonly secured: boolean;
  readonly open: () => Socket;
}

export async function startRogueLaptop(input: RogueLaptopConfigInput, surroundings: Surroundings): Promise<Program> {
  const config = RogueLaptopConfigSchema.parse(input);
  const { nowMs, random } = surroundings;
  const tell = teller('rogue-laptop', config.id, surroundings);
  const attempts = attemptsOf(config, await makeCertificateAtHome(config.claims, nowMs()));
  const ending = new AbortController();

  const work = async (): Promise<boolean> => {
    const count: Record<ProbeResult['outcome'], number> = { refused: 0, answered: 0, unreachable: 0 };
    for (const { attempt, target, secured, open } of attempts) {
      if (ending.signal.aborted) return true;
      const { outcome, how } = await probe(open(), secured, ending.signal);
      if (ending.signal.aborted) return true;
      count[outcome] += 1;
      tell('attempt', { attempt, target, outcome, how });
    }
    tell('attempts-done', count);
    return true;
  };
  const { everySeconds } = config;
  const rounds = repeat({ everyMs: everySeconds === null ? null : everySeconds * 1000, random, work });
  return runningProgram(tell, {
    orders: { attempt: () => rounds.now() },
    stop: () => {
      ending.abort();
      return rounds.stop();
    },
  });
}

function attemptsOf({ gateway, aliases, systems }: RogueLaptopConfig, homeMade: HomeMade): Attempt[] {
  const names = [...GUESSES, ...aliases];
  const [first = 'fhir'] = aliases.length > 0 ? aliases : names;
  const atGateway = (attempt: string, options: ConnectionOptions, target = 'gateway'): Attempt =>
    overTls(attempt, target, gateway, options);
  return [
    atGateway('no-certificate', { servername: first }),
    atGateway('self-signed-certificate', { ...homeMade, servername: first }),
    atGateway('old-tls', { ...homeMade, servername: first, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }),
    atGateway('no-alias', homeMade),
    ...names.map((servername) => atGateway('guessed-alias', { ...homeMade, servername }, servername)),
    ...systems.flatMap(({ name, address }) => [
      overTls('direct', name, address, {}),
      overTls('direct-self-signed', name, address, homeMade),
      { attempt: 'direct-plain', target: name, secured: false, open: () => connectPlain(address) },
    ]),
  ];
}

/** It does not care whom it talks to. */
const overTls = (attempt: string, target: string, address: Address, options: ConnectionOptions): Attempt => ({
  attempt,
  target,
  secured: true,
  open: () => connect({ ...options, ...address, rejectUnauthorized: false }),
});
