/**
 * What a decision costs in process: remembered, judged anew, and a bare call of the evaluator with the same policies and
 * the same request. `node bench/decision.ts [--json] [--rounds N]`. Microseconds; rounds of the three take turns.
 */
import { parseArgs } from 'node:util';
import { preparsePolicySet, preparseSchema, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { cedarRequest, participantsOf } from '../core/decision/cedar-request.ts';
import { createDecider } from '../core/decision/decider.ts';
import { Horizon } from '../core/decision/horizon.ts';
import { PartyFinder } from '../core/decision/party.ts';
import { describeSituation } from '../core/decision/situation.ts';
import { SCHEMA_TEXT } from '../core/policy/schema.ts';
import { ask, circumstances, createWorld, DEFAULT_POLICIES, NOON_MS, ref } from '../test/fixtures/decision-world.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '20000' } } });
const rounds = Number(values.rounds);

const world = createWorld();
const [request, facts] = [ask(ref('device', 'pump-3'), 'fhir:create', ref('resource', 'fhir')), circumstances()];
const anew = createDecider(world.view, { remember: false });

const finder = new PartyFinder(world.view, NOON_MS, new Horizon(NOON_MS));
const situation = describeSituation(request, facts, { view: world.view, finder, timeBand: 'day' });
const participants = participantsOf(situation);
if (participants === null) throw new Error('the benchmark world is not complete');
preparsePolicySet('bench', {
  staticPolicies: Object.fromEntries(DEFAULT_POLICIES.map(({ id, cedar }) => [id, cedar])),
});
preparseSchema('bench', SCHEMA_TEXT);
const bare = { ...cedarRequest(situation, participants, null), preparsedPolicySetId: 'bench' };

const CASES: Readonly<Record<string, () => unknown>> = {
  memoised: () => world.decider.decide(request, facts),
  unmemoised: () => anew.decide(request, facts),
  bareCedar: () => statefulIsAuthorized(bare),
  bareCedarWithSchema: () => statefulIsAuthorized({ ...bare, preparsedSchemaName: 'bench', validateRequest: false }),
};

/** Cases take turns in blocks, so that a slow moment of the machine falls on all of them. */
const BLOCK = 250;

function measure(): Record<string, Float64Array> {
  const samples = Object.fromEntries(Object.keys(CASES).map((name) => [name, new Float64Array(rounds)]));
  for (let start = 0; start < rounds; start += BLOCK) {
    for (const [name, run] of Object.entries(CASES)) {
      const into = samples[name];
      for (let round = start; into !== undefined && round < Math.min(start + BLOCK, rounds); round += 1) {
        const before = process.hrtime.bigint();
        run();
        into[round] = Number(process.hrtime.bigint() - before) / 1000;
      }
    }
  }
  return samples;
}

const quantile = (sorted: Float64Array, share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;

for (const run of Object.values(CASES)) for (let round = 0; round < BLOCK; round += 1) run();
const results = Object.entries(measure()).map(([name, samples]) => {
  const sorted = samples.toSorted();
  return { name, p50Micros: quantile(sorted, 0.5), p99Micros: quantile(sorted, 0.99) };
});
const policies = DEFAULT_POLICIES.length;
if (values.json === true)
  console.log(JSON.stringify({ schema: 'vitalgate.bench-decision/1', rounds, policies, results }));
else console.table(results);
