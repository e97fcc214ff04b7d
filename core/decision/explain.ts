/**
 * "Why not, and what would it take?" The failing clause, and the smallest change of the situation that would allow.
 *
 * Computed on demand: it judges the access some tens to hundreds of times.
 */
import type { Counterfactual } from '../contracts/access.ts';
import type { Evaluator, Verdict } from './evaluator.ts';
import { failingClause } from './failing-clause.ts';
import { type Lever, leversOf } from './levers.ts';
import type { Situation } from './situation.ts';

interface Pull {
  readonly lever: Lever;
  /** Index into the lever's steps. */
  readonly step: number;
}

type Allows = (pulls: readonly Pull[]) => boolean;

/** @returns `changes` is empty when nothing that can be changed from here would allow */
export function counterfactualOf(situation: Situation, verdict: Verdict, evaluator: Evaluator): Counterfactual {
  const allows: Allows = (pulls) =>
    evaluator.permits(pulls.reduce((held, { lever, step }) => lever.steps[step]?.apply(held) ?? held, situation));
  const levers = leversOf(situation, evaluator.roles);
  const changes = shrink(smallestSet(levers, allows), allows).map(({ lever, step }) => ({
    attribute: lever.attribute,
    from: lever.from,
    to: lever.steps[step]?.to ?? null,
  }));
  return { clause: failingClause(situation, verdict, evaluator), changes };
}

/** Levers of which a person would think at once: sets of so many are searched through, larger ones are pruned. */
const SEARCHED_SIZE = 2;

/** The fewest levers which, pulled all the way, allow. */
function smallestSet(levers: readonly Lever[], allows: Allows): Pull[] {
  const pulls = levers.map((lever): Pull => ({ lever, step: lever.steps.length - 1 }));
  for (const set of [...subsets(pulls, 1), ...subsets(pulls, SEARCHED_SIZE)]) if (allows(set)) return set;
  if (!allows(pulls)) return [];
  return pulls.toReversed().reduce((kept, pull) => {
    const without = kept.filter((other) => other !== pull);
    return allows(without) ? without : kept;
  }, pulls);
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 1) return items.map((item) => [item]);
  return items.flatMap((item, index) => subsets(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}

/** Each lever no further than it must be, by halving. */
function shrink(pulls: readonly Pull[], allows: Allows): Pull[] {
  const shrunk = [...pulls];
  for (const [index, { lever, step }] of pulls.entries()) {
    let [least, most] = [0, step];
    while (least < most) {
      const middle = Math.floor((least + most) / 2);
      if (allows(shrunk.with(index, { lever, step: middle }))) most = middle;
      else least = middle + 1;
    }
    shrunk[index] = { lever, step: most };
  }
  return shrunk;
}
