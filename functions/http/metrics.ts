/** Counts as CloudWatch reads them from the log: embedded metric format, no call on the fast path. */
const METRICS_NAMESPACE = 'Vitalgate';

type MetricName =
  | 'AuditChainBroken'
  | 'AuditRecordRefused'
  | 'AuditRecordStored'
  | 'EnrolmentRefused'
  | 'EnrolmentIssued'
  | 'EvidenceMerged'
  | 'EvidenceRefused'
  | 'GatewayHeadAge'
  | 'GatewayRefused'
  | 'OutboxRepaired'
  | 'PostureAssessed'
  | 'PostureRefused'
  | 'PublishFailed'
  | 'SessionEventRefused'
  | 'SessionEventStored';

/** Few values each: every combination is a metric of its own. */
type Dimensions = Readonly<Record<string, string>>;

export interface Metrics {
  count(name: MetricName, dimensions?: Dimensions, value?: number): void;
}

/** @see CloudWatch embedded metric format specification */
export function createMetrics(nowMs: () => number, write: (line: string) => void = console.log): Metrics {
  return {
    count(name, dimensions = {}, value = 1) {
      write(
        JSON.stringify({
          _aws: {
            Timestamp: nowMs(),
            CloudWatchMetrics: [
              {
                Namespace: METRICS_NAMESPACE,
                Dimensions: [Object.keys(dimensions)],
                Metrics: [{ Name: name, Unit: name === 'GatewayHeadAge' ? 'Seconds' : 'Count' }],
              },
            ],
          },
          ...dimensions,
          [name]: value,
        }),
      );
    },
  };
}
