/** A log and metrics that keep what they were told. */
import * as z from 'zod';
import { createLog, type Log } from '../../functions/http/log.ts';
import { createMetrics, type Metrics } from '../../functions/http/metrics.ts';

const LineSchema = z.looseObject({ level: z.string(), code: z.string() });
type LogLine = z.infer<typeof LineSchema>;

export interface RecordedLog {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lines: readonly LogLine[];
  /** Everything that was written, as text: to see what is not in it. */
  readonly text: () => string;
  /** Names of the metrics that were counted, in order. */
  readonly counted: readonly string[];
}

export function recordedLog(): RecordedLog {
  const lines: LogLine[] = [];
  const raw: string[] = [];
  const counted: string[] = [];
  return {
    log: createLog('test', (line) => {
      raw.push(line);
      lines.push(LineSchema.parse(JSON.parse(line)));
    }),
    metrics: createMetrics(
      () => 0,
      (line) => {
        raw.push(line);
        counted.push(
          String(z.object({ _aws: z.any() }).parse(JSON.parse(line))._aws.CloudWatchMetrics[0].Metrics[0].Name),
        );
      },
    ),
    lines,
    text: () => raw.join('\n'),
    counted,
  };
}
