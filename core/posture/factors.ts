/** What a report says about one factor, whichever sources said it. */
import type { PostureFactor, PostureFactorName, PostureReport } from '../contracts/posture-report.ts';

type ValueOf = { readonly [Factor in PostureFactor as Factor['factor']]: Factor['value'] };
type Statement<Name extends PostureFactorName> = PostureFactor & { factor: Name; value: ValueOf[Name] };

/** All statements about a factor: a terminal's agent and a gateway may both have spoken. */
export const statementsOf = <Name extends PostureFactorName>(report: PostureReport, name: Name): Statement<Name>[] =>
  report.factors.filter((statement): statement is Statement<Name> => statement.factor === name);

/** The values of a factor; empty when the report is silent about it. */
export const valuesOf = <Name extends PostureFactorName>(report: PostureReport, name: Name): ValueOf[Name][] =>
  statementsOf(report, name).map(({ value }) => value);

export const covers = (report: PostureReport, name: PostureFactorName): boolean =>
  report.factors.some(({ factor }) => factor === name);
