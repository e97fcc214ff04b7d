/** Random evidence, facts and courses for the invariants of trust. */
import fc from 'fast-check';
import { type Finding, SeveritySchema } from '../../core/contracts/levels.ts';
import { EVIDENCE_SOURCES, TRUST_FACTORS, type TrustEvidence } from '../../core/contracts/trust.ts';
import type { TrustFacts } from '../../core/trust/facts.ts';
import { BOOTS, findingOf, NOW_MS, statement } from '../fixtures/trust-samples.ts';

const DAY = 86_400_000;

const milli = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_000_000_000 }) },
);
const finding = fc
  .tuple(fc.constantFrom('port-unexpected', 'file-changed', 'rare-verb'), fc.constantFrom(...SeveritySchema.options))
  .map(([code, severity]) => findingOf(code, severity));

/** One statement; `observedAt` grows with boot and seq, as every source has it. */
export const anyStatement: fc.Arbitrary<TrustEvidence> = fc
  .record({
    source: fc.constantFrom(...EVIDENCE_SOURCES),
    factor: fc.constantFrom(...TRUST_FACTORS),
    boot: fc.nat(1),
    seq: fc.nat(20),
    positiveMilli: milli,
    negativeMilli: fc.oneof(fc.constant(0), milli),
    findings: fc.oneof(
      { weight: 5, arbitrary: fc.constant<Finding[]>([]) },
      { weight: 1, arbitrary: fc.array(finding, { maxLength: 2 }) },
    ),
  })
  .map(({ boot, seq, ...rest }) =>
    statement({ ...rest, seq, bootId: BOOTS[boot === 0 ? 0 : 1], atMs: NOW_MS - DAY + (boot * 21 + seq) * 60_000 }),
  );

/** What is held: one statement a source and factor. */
export const anyEvidence = fc.uniqueArray(anyStatement, {
  maxLength: 12,
  selector: ({ source, factor }) => `${source}/${factor}`,
});

export const anyFacts: fc.Arbitrary<TrustFacts> = fc.record({
  certificateBound: fc.boolean(),
  state: fc.constantFrom('registered', 'enrolled', 'assessed', 'admitted', 'restricted', 'quarantined', 'retired'),
  revoked: fc.boolean(),
  owned: fc.boolean(),
  exploitedVulnerabilities: fc.nat(2),
  compromised: fc.boolean(),
});

/** Mostly in order, so that levels are reached at all. */
export const mostlyGoodFacts: fc.Arbitrary<TrustFacts> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constant<TrustFacts>({
      certificateBound: true,
      state: 'admitted',
      revoked: false,
      owned: true,
      exploitedVulnerabilities: 0,
      compromised: false,
    }),
  },
  { weight: 1, arbitrary: anyFacts },
);

export const anyAgeMs = fc.oneof(fc.nat(3_600_000), fc.nat(400 * DAY));
