/**
 * The electronic medical record as an application: with a certificate of its own it asks the gateway for a device's
 * service by its alias, and pushes the drug library there. It reaches no device in any other way.
 */
import { Agent } from 'node:https';
import * as z from 'zod';
import { AliasSchema } from '../../../core/contracts/entities.ts';
import { EntityIdSchema } from '../../../core/contracts/identifiers.ts';
import { gatewayTls } from '../../../edge/agent/gateway-peer.ts';
import { type Answer, exchange } from '../../../edge/agent/https-exchange.ts';
import { type DrugLibrary, releaseLibrary } from '../drug-library.ts';
import { readProblem } from '../problem.ts';
import { AddressSchema, faultCode, type Program, runningProgram, type Surroundings, teller } from '../program.ts';
import { repeat } from '../repeat.ts';
import { SystemIdentitySchema } from './gateway-only.ts';

const LIBRARY = 'north-adult';
const OK = 200;
const FIRST_ERROR = 300;

export const EmrConfigSchema = z.strictObject({
  id: EntityIdSchema,
  identity: SystemIdentitySchema,
  gateway: AddressSchema.unwrap().extend({ id: EntityIdSchema }),
  /** Aliases of the devices' drug-library services. */
  pumps: z.array(z.strictObject({ name: z.string().min(1).max(96), alias: AliasSchema })).max(64),
  everySeconds: z.number().positive().default(60),
  firstVersion: z.int().positive().default(1),
});
export type EmrConfigInput = z.input<typeof EmrConfigSchema>;

export function startEmr(input: EmrConfigInput, surroundings: Surroundings): Promise<Program> {
  const { id, identity, gateway, pumps, everySeconds, firstVersion } = EmrConfigSchema.parse(input);
  const { nowMs, random } = surroundings;
  const tell = teller('emr', id, surroundings);
  const anchors = { device: [], resource: [], ...identity.anchors };
  const tls = gatewayTls({ ...identity, anchors }, gateway.id, nowMs);
  // A connection a push, with its certificate shown each time: every push is judged by the state of that moment.
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  const ending = new AbortController();
  let library = releaseLibrary(LIBRARY, firstVersion, nowMs());

  const push = async (pump: (typeof pumps)[number]): Promise<boolean> => {
    const { version } = library;
    try {
      const answer = await exchange({
        url: new URL(`https://${gateway.host}:${gateway.port}/drug-library`),
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(library satisfies DrugLibrary),
        connection: { ...tls, servername: pump.alias, agent },
        signal: ending.signal,
      });
      const taken = isTaken(answer);
      if (taken) tell('library-pushed', { device: pump.name, version, status: answer.status });
      else tell('library-refused', { device: pump.name, version, ...readProblem(answer.status, answer.text) });
      return taken;
    } catch (cause) {
      if (!ending.signal.aborted)
        tell('library-unreachable', { device: pump.name, version, fault: faultCode((cause as Error).cause ?? cause) });
      return false;
    }
  };
  const pushes = repeat({
    everyMs: everySeconds * 1000,
    random,
    work: async () => (await Promise.all(pumps.map(push))).every(Boolean),
  });
  const orders = {
    push: () => pushes.now(),
    release: () => {
      library = releaseLibrary(LIBRARY, library.version + 1, nowMs());
      return pushes.now();
    },
  };
  const stop = async (): Promise<void> => {
    ending.abort();
    await pushes.stop();
    agent.destroy();
  };
  return Promise.resolve(runningProgram(tell, { orders, stop }));
}

const isTaken = ({ status }: Answer): boolean => status >= OK && status < FIRST_ERROR;
