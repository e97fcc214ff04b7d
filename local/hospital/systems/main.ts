/** The business systems as a process of their own: `node local/hospital/systems/main.ts --config F.json`. */
import * as z from 'zod';
import { type EntityKind, entityRef } from '../../../core/contracts/identifiers.ts';
import { loadIdentity } from '../../../edge/agent/identity/stored-identity.ts';
import { runPrograms } from '../run-programs.ts';
import { EmrConfigSchema, startEmr } from './emr.ts';
import { FhirServerConfigSchema, startFhirServer } from './fhir-server.ts';
import { ResultsSinkConfigSchema, startResultsSink } from './results-sink.ts';

const StoredSchema = z.strictObject({ stateDirectory: z.string().min(1) });

/** An identity may be named by the state directory of the agent that enrolled it. */
async function withIdentity(config: Readonly<Record<string, unknown>>, kind: EntityKind, nowMs: number) {
  const stored = StoredSchema.safeParse(config['identity']).data;
  if (stored === undefined) return config;
  const subject = entityRef(kind, String(config['id']));
  return { ...config, identity: await loadIdentity(stored.stateDirectory, subject, nowMs) };
}

await runPrograms({
  'fhir-server': async (config, around) =>
    startFhirServer(FhirServerConfigSchema.parse(await withIdentity(config, 'resource', around.nowMs())), around),
  'results-sink': async (config, around) =>
    startResultsSink(ResultsSinkConfigSchema.parse(await withIdentity(config, 'resource', around.nowMs())), around),
  emr: async (config, around) =>
    startEmr(EmrConfigSchema.parse(await withIdentity(config, 'application', around.nowMs())), around),
});
