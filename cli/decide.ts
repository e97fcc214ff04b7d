/** `vitalgate decide`: one AuthZEN request, or a line each, judged by the evaluator that gateway and functions use. */
import { readFile } from 'node:fs/promises';
import { AccessRequestSchema } from '../core/contracts/access.ts';
import { createDecider, type Decider } from '../core/decision/decider.ts';
import { environmentFromRequest } from '../core/decision/environment-from-request.ts';
import type { Result } from '../core/result.ts';
import { badInput, type Command, type CommandContext, type CommandResult, option } from './command.ts';
import { type DecisionWorld, worldFromPolicies, worldFromSignedFiles } from './decision-world.ts';

interface Engine extends DecisionWorld {
  readonly decider: Decider;
}

export const command: Command = {
  name: 'decide',
  summary: 'decides one AuthZEN request from a signed bundle and state, or from policies and entities',
  usage: '(--bundle B --keys JWKS --state S [--gateway G] | --policies DIR --entities F) [--request FILE]',
  options: {
    bundle: { type: 'string' },
    keys: { type: 'string' },
    state: { type: 'string' },
    gateway: { type: 'string' },
    policies: { type: 'string' },
    entities: { type: 'string' },
    request: { type: 'string' },
    'head-age': { type: 'string' },
  },
  async run(context) {
    const file = option(context, 'request');
    const text = file === undefined ? await context.readStdin() : await readFile(file, 'utf8');
    return decideParsed(parseJson(text), context);
  },
  runLine: decideParsed,
};

async function decideParsed(value: unknown, context: CommandContext): Promise<CommandResult> {
  const engine = await engineOf(context);
  if (!engine.ok)
    return { document: { schema: 'vitalgate.error/1', code: engine.code, message: engine.message }, exitCode: 2 };
  const request = AccessRequestSchema.safeParse(value);
  if (!request.success) return badInput('ERR_REQUEST_MALFORMED', 'give one AuthZEN request: subject, action, resource');
  const { decider, view, headAgeSeconds } = engine.value;
  const environment = environmentFromRequest(request.data, view, { nowMs: context.nowMs, headAgeSeconds });
  if (!environment.ok) return badInput('ERR_CONTEXT_MALFORMED', environment.message);
  const decision = decider.explain(request.data, environment.value);
  return {
    document: { schema: 'vitalgate.decision/1', code: decision.decision ? 'allowed' : 'denied', ...decision },
    exitCode: decision.decision ? 0 : 1,
    table: tableOf(decision),
  };
}

/** The files are read once for all lines of a batch. */
const engines = new WeakMap<CommandContext['values'], Promise<Result<Engine>>>();

function engineOf(context: CommandContext): Promise<Result<Engine>> {
  const known = engines.get(context.values) ?? loadEngine(context);
  engines.set(context.values, known);
  return known;
}

async function loadEngine(context: CommandContext): Promise<Result<Engine>> {
  const world = await loadWorld(context);
  if (!world.ok) return world;
  const stated = option(context, 'head-age');
  const headAgeSeconds = stated === undefined ? world.value.headAgeSeconds : Number(stated);
  return { ok: true, value: { ...world.value, headAgeSeconds, decider: createDecider(world.value.view) } };
}

function loadWorld(context: CommandContext): Promise<Result<DecisionWorld>> {
  const [policies, entities] = [option(context, 'policies'), option(context, 'entities')];
  if (policies !== undefined && entities !== undefined)
    return readable(worldFromPolicies(policies, entities, context.nowMs));
  const [bundle, keys, state] = [option(context, 'bundle'), option(context, 'keys'), option(context, 'state')];
  if (bundle !== undefined && keys !== undefined && state !== undefined) {
    return readable(worldFromSignedFiles({ bundle, keys, state, gateway: option(context, 'gateway') }, context.nowMs));
  }
  const message = 'give --bundle, --keys and --state, or --policies and --entities';
  return Promise.resolve({ ok: false, code: 'ERR_OPTIONS', message });
}

/** A file that is not there or is not JSON is bad input, not a fault. */
async function readable(world: Promise<Result<DecisionWorld>>): Promise<Result<DecisionWorld>> {
  try {
    return await world;
  } catch (cause) {
    return { ok: false, code: 'ERR_FILE', message: cause instanceof Error ? cause.message : 'a file cannot be read' };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
}

function tableOf({ decision, context }: ReturnType<Decider['explain']>): string {
  const { reasons, obligations, policies, stepUp, counterfactual } = context;
  const lines = [
    decision ? 'allowed' : `denied: ${reasons.join(', ')}`,
    ...(policies.length > 0 ? [`policies: ${policies.join(', ')}`] : []),
    ...obligations.map(({ code, parameters }) => `obliged to: ${code} ${JSON.stringify(parameters ?? {})}`),
    ...(stepUp === undefined
      ? []
      : [`step up to: ${stepUp.acrValues.join(' or ')}, at most ${stepUp.maxAgeSeconds ?? 'any'} s ago`]),
    ...(counterfactual === undefined ? [] : [`failed on: ${counterfactual.clause}`]),
    ...(counterfactual?.changes ?? []).map(
      ({ attribute, from, to }) =>
        `would be allowed with: ${attribute} ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
    ),
  ];
  return lines.join('\n');
}
