/** From factors to one report in bytes: numbered, and never longer than what is accepted. */
import { type Timestamp, timestamp } from '../../core/contracts/identifiers.ts';
import {
  MAX_POSTURE_REPORT_BYTES,
  type PostureFactor,
  type PostureFactorName,
  type PostureReport,
} from '../../core/contracts/posture-report.ts';

export interface BuiltReport {
  readonly seq: number;
  readonly bytes: Buffer;
  /** Factors of which a part had to be left out. */
  readonly trimmed: readonly PostureFactorName[];
}

/** Least important first. Lists are sorted so that what matters stands at the front, and lose their end. */
const TRIM_ORDER: readonly PostureFactorName[] = ['connections', 'processes', 'containers', 'listening-ports', 'files'];

export class ReportBuilder {
  readonly bootId: string;
  #seq = 0;

  /** @param bootId new at every start */
  constructor(bootId: string) {
    this.bootId = bootId;
  }

  build(factors: readonly PostureFactor[], nowMs: number): BuiltReport {
    this.#seq += 1;
    const trimmed = new Set<PostureFactorName>();
    let fitting = factors;
    let bytes = this.#encode(fitting, timestamp(nowMs));
    for (const name of TRIM_ORDER) {
      for (let length = lengthOf(fitting, name); bytes.length > MAX_POSTURE_REPORT_BYTES && length > 0; ) {
        length = Math.floor(length / 2);
        fitting = fitting.map((one) => (one.factor === name ? shortened(one, length) : one));
        trimmed.add(name);
        bytes = this.#encode(fitting, timestamp(nowMs));
      }
    }
    return { seq: this.#seq, bytes, trimmed: [...trimmed] };
  }

  #encode(factors: readonly PostureFactor[], reportedAt: Timestamp): Buffer {
    const report: PostureReport = {
      schema: 'vitalgate.posture-report/1',
      bootId: this.bootId,
      seq: this.#seq,
      reportedAt,
      factors: [...factors],
    };
    return Buffer.from(JSON.stringify(report), 'utf8');
  }
}

const lengthOf = (factors: readonly PostureFactor[], name: PostureFactorName): number => {
  const value = factors.find(({ factor }) => factor === name)?.value;
  return Array.isArray(value) ? value.length : 0;
};

const shortened = (one: PostureFactor, length: number): PostureFactor =>
  Array.isArray(one.value) ? ({ ...one, value: one.value.slice(0, length) } as PostureFactor) : one;
