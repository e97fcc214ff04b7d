/** `vitalgate explain`: asks the policy engine of the running system why, and says it in words. */
import * as z from 'zod';
import { type Decision, DecisionSchema } from '../core/contracts/access.ts';
import { type EntityRef, refKey, VerbSchema } from '../core/contracts/identifiers.ts';
import type { ApiClient } from '../local/api-client.ts';
import { badInput, type Command, type CommandContext, type CommandResult } from './command.ts';
import { findEntity } from './entity-argument.ts';
import { reasonInWords } from './reason-words.ts';
import { runningSystem } from './running-system.ts';

export const command: Command = {
  name: 'explain',
  summary: 'says why a running system allows or denies an access, and what would change that',
  usage: 'SUBJECT ACTION RESOURCE   such as: pump-3 fhir:create fhir',
  options: {},
  run: explain,
};

async function explain(context: CommandContext): Promise<CommandResult> {
  const [subjectName, action, objectName, ...more] = context.positionals;
  if (subjectName === undefined || action === undefined || objectName === undefined || more.length > 0)
    return badInput('ERR_USAGE', 'give a subject, an action and a resource, such as: pump-3 fhir:create fhir');
  if (!VerbSchema.safeParse(action).success)
    return badInput('ERR_ACTION_MALFORMED', 'an action is family:verb, such as fhir:create or tcp:connect');
  const { api } = runningSystem();
  const subject = await findEntity(api, subjectName);
  const object = await findEntity(api, objectName);
  const decision = await evaluate(api, subject, action, object);
  const standings = await Promise.all([subject, object].map((ref) => standingOf(api, ref)));
  return {
    document: {
      schema: 'vitalgate.explanation/1',
      code: decision.decision ? 'allowed' : 'denied',
      subject,
      action,
      resource: object,
      ...decision,
      words: decision.context.reasons.map(reasonInWords),
      standings,
    },
    exitCode: decision.decision ? 0 : 1,
    table: inWords({ subject, action, object, decision, standings }),
  };
}

export async function evaluate(
  api: ApiClient,
  subject: EntityRef,
  action: string,
  object: EntityRef,
): Promise<Decision> {
  const body = {
    subject: { type: subject.kind, id: subject.id },
    action: { name: action },
    resource: { type: object.kind, id: object.id },
  };
  const { body: answer } = await api.call({ method: 'POST', path: '/access/v1/evaluation', body });
  return DecisionSchema.parse(answer);
}

const SubjectStateSchema = z.object({
  state: z.object({
    state: z.string(),
    posture: z.object({ grade: z.string() }).nullable(),
    trust: z.object({ score: z.number(), level: z.number(), reasons: z.array(z.string()) }).nullable(),
  }),
  assessment: z.object({ findings: z.array(z.object({ code: z.string(), detail: z.string() })) }).nullable(),
});

export interface Standing {
  readonly ref: EntityRef;
  readonly state: string;
  readonly grade: string | null;
  readonly score: number | null;
  readonly level: number | null;
  readonly findings: readonly { readonly code: string; readonly detail: string }[];
}

/** What the control plane holds of one entity now. */
export async function standingOf(api: ApiClient, ref: EntityRef): Promise<Standing> {
  const path = `/v1/entities/${ref.kind}/${ref.id}/state`;
  const { state, assessment } = SubjectStateSchema.parse((await api.call({ method: 'GET', path })).body);
  return {
    ref,
    state: state.state,
    grade: state.posture?.grade ?? null,
    score: state.trust?.score ?? null,
    level: state.trust?.level ?? null,
    findings: assessment?.findings ?? [],
  };
}

interface Explained {
  readonly subject: EntityRef;
  readonly action: string;
  readonly object: EntityRef;
  readonly decision: Decision;
  readonly standings: readonly Standing[];
}

function inWords({ subject, action, object, decision, standings }: Explained): string {
  const { reasons, policies, obligations, counterfactual, stepUp } = decision.context;
  const verdict = decision.decision ? 'may' : 'may not';
  return [
    `${refKey(subject)} ${verdict} ${action} on ${refKey(object)}`,
    ...reasons.map((code) => `  because ${code}: ${reasonInWords(code)}`),
    ...(policies.length > 0 ? [`  determined by ${policies.join(', ')}`] : []),
    ...obligations.map(({ code }) => `  obliged to ${code}`),
    ...(stepUp === undefined
      ? []
      : [`  would be judged again after authenticating with ${stepUp.acrValues.join(' or ')}`]),
    ...(counterfactual === undefined ? [] : [`  failed on: ${counterfactual.clause}`]),
    ...(counterfactual?.changes ?? []).map(
      ({ attribute, from, to }) =>
        `  would be allowed with ${attribute}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
    ),
    ...standings.flatMap(({ ref, state, grade, score, level, findings }) => [
      `${refKey(ref)}: ${state}, posture ${grade ?? 'unknown'}, trust ${score ?? '-'} (level ${level ?? '-'})`,
      ...findings.map(({ code, detail }) => `  found ${code}: ${detail}`),
    ]),
  ].join('\n');
}
