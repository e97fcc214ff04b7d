/** A laboratory analyser: a line for each result, none lost. */
import * as z from 'zod';
import { EntityIdSchema } from '../../../core/contracts/identifiers.ts';
import { AddressSchema, type Program, runningProgram, type Surroundings, teller } from '../program.ts';
import { formatLine, LineClient } from './line-client.ts';

/** A day of the default pace: a result exists once. */
const KEPT_LINES = 30_000;

interface Analyte {
  /** LOINC. */
  readonly code: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
}
const PANEL: readonly Analyte[] = [
  { code: '718-7', unit: 'g/dL', low: 12, high: 17 },
  { code: '2823-3', unit: 'mmol/L', low: 3.5, high: 5.1 },
  { code: '2345-7', unit: 'mg/dL', low: 70, high: 105 },
];
/** Results lie this far outside the reference range at most, in widths of the range. */
const MARGIN = 0.2;

export const AnalyserConfigSchema = z.strictObject({
  id: EntityIdSchema,
  /** Local proxy to the results sink. */
  results: AddressSchema,
  everySeconds: z.number().positive().default(10),
});
export type AnalyserConfigInput = z.input<typeof AnalyserConfigSchema>;

export function startAnalyser(input: AnalyserConfigInput, surroundings: Surroundings): Promise<Program> {
  const { id, results, everySeconds } = AnalyserConfigSchema.parse(input);
  const { nowMs, random } = surroundings;
  const tell = teller('analyser', id, surroundings);
  const lines = new LineClient({ address: results, capacity: KEPT_LINES, random, tell });
  let specimens = 0;

  const run = (): void => {
    specimens += 1;
    const specimen = `S${String(specimens).padStart(6, '0')}`;
    const at = new Date(nowMs()).toISOString();
    for (const { code, unit, low, high } of PANEL) {
      const value = Number((low + (high - low) * (random() * (1 + 2 * MARGIN) - MARGIN)).toFixed(1));
      const flag = value < low ? 'L' : value > high ? 'H' : 'N';
      lines.send(formatLine('RESULT', id, { at, specimen, code, value, unit, flag }));
    }
  };
  run();
  const timer = setInterval(run, everySeconds * 1000);
  const stop = (): Promise<void> => {
    clearInterval(timer);
    return lines.stop();
  };
  const orders = { run: () => Promise.resolve(run()) };
  return Promise.resolve(runningProgram(tell, { orders, stop }));
}
