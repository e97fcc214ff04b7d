/** Runs every request of `ALLOW/` and `DENY/` against the default policy set. The number of a case is that of its policy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AccessRequestSchema } from '../../core/contracts/access.ts';
import {
  EntityIdSchema,
  EntityKindSchema,
  type EntityRef,
  TimestampSchema,
  timestamp,
} from '../../core/contracts/identifiers.ts';
import {
  DeviationBandSchema,
  LifecycleStateSchema,
  PostureGradeSchema,
  TrustLevelSchema,
} from '../../core/contracts/levels.ts';
import { environmentFromRequest } from '../../core/decision/environment-from-request.ts';
import { atLevel, createWorld, DEFAULT_POLICIES, NOON_MS, type World } from '../fixtures/decision-world.ts';

/** How an entity differs from one that is admitted, at level 4, with grade A. `level: null` is unassessed. */
const ConditionSchema = z.strictObject({
  state: LifecycleStateSchema.optional(),
  level: TrustLevelSchema.nullable().optional(),
  grade: PostureGradeSchema.optional(),
  deviationBand: DeviationBandSchema.optional(),
  overdueSeconds: z.int().nonnegative().optional(),
});
const CaseSchema = z.strictObject({
  request: AccessRequestSchema,
  at: TimestampSchema.default(timestamp(NOON_MS)),
  headAgeSeconds: z.number().default(5),
  subjects: z.record(z.string(), ConditionSchema).default({}),
  policies: z.array(z.string()).optional(),
  reasons: z.array(z.string()).optional(),
});

function refFrom(key: string): EntityRef {
  const [kind, id] = key.split('/');
  return { kind: EntityKindSchema.parse(kind), id: EntityIdSchema.parse(id) };
}

function impose({ state }: World, ref: EntityRef, condition: z.infer<typeof ConditionSchema>): void {
  const { level = 4, overdueSeconds, grade, ...changes } = condition;
  const trust = level === null ? null : atLevel(ref, level);
  const validUntil = timestamp(NOON_MS - (overdueSeconds ?? 0) * 1000);
  state.put(ref, {
    ...(changes.state === undefined ? {} : { state: changes.state }),
    ...(changes.deviationBand === undefined ? {} : { deviationBand: changes.deviationBand }),
    ...(grade === undefined ? {} : { posture: { grade, assessedAt: timestamp(NOON_MS) } }),
    trust: trust === null || overdueSeconds === undefined ? trust : { ...trust, validUntil },
  });
}

function decide(file: string) {
  const { request, at, headAgeSeconds, subjects, ...expected } = CaseSchema.parse(
    JSON.parse(readFileSync(file, 'utf8')),
  );
  const world = createWorld();
  for (const [key, condition] of Object.entries(subjects)) impose(world, refFrom(key), condition);
  const environment = environmentFromRequest(request, world.view, { nowMs: Date.parse(at), headAgeSeconds });
  if (!environment.ok) throw new Error(environment.message);
  const { decision, context } = world.decider.decide(request, environment.value);
  world.decider.close();
  return { decision, context, expected };
}

const casesIn = (folder: string): string[] =>
  readdirSync(join(import.meta.dirname, folder)).filter((name) => name.endsWith('.json'));
const fileOf = (folder: string, name: string): string => join(import.meta.dirname, folder, name);

describe('the default policies allow', () => {
  it.each(casesIn('ALLOW'))('%s', (name) => {
    const { decision, context, expected } = decide(fileOf('ALLOW', name));
    expect(context.reasons).toEqual([]);
    expect(decision).toBe(true);
    expect(context.policies).toEqual(expected.policies);
  });
});

describe('the default policies deny', () => {
  it.each(casesIn('DENY'))('%s', (name) => {
    const { decision, context, expected } = decide(fileOf('DENY', name));
    expect(decision).toBe(false);
    expect(context.reasons).toEqual(expected.reasons);
  });
});

describe('every default policy', () => {
  it.each(DEFAULT_POLICIES.map(({ id }) => id))('%s has a case of its own', (id) => {
    const number = id.slice(0, 3);
    const names = [...casesIn('ALLOW'), ...casesIn('DENY')];
    expect(names.some((name) => name.startsWith(number))).toBe(true);
  });
});
