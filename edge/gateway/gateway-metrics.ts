/** What the gateway counts. One set a process; the primary adds up its workers' sets. */
import { Counter, Gauge, Histogram, type MetricFamily } from './metrics.ts';

/** Milliseconds from an order's arrival to the closed socket. The aim is 9 at the median and 20 at the 95th percentile. */
const CUT_BOUNDS_MS = [0.5, 1, 2, 5, 9, 20, 50, 100, 300, 1000];
const HANDSHAKE_BOUNDS_MS = [0.5, 1, 2, 5, 10, 25, 50, 100, 500];

/** These describe the one state that all workers share: the worst value is the truth, a sum would be none. */
export const SHARED_GAUGES: ReadonlySet<string> = new Set([
  'vitalgate_head_age_seconds',
  'vitalgate_freshness_band',
  'vitalgate_bundle_version',
  'vitalgate_state_seq',
]);

export interface MetricReaders {
  readonly sessions: () => number;
  readonly tunnels: () => number;
  readonly headAgeSeconds: () => number;
  readonly freshness: () => string;
  readonly bundleVersion: () => number;
  readonly stateSeq: () => number;
  readonly auditRecords: () => number;
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

export function createGatewayMetrics(read: MetricReaders) {
  const counters = {
    decisions: new Counter('vitalgate_decisions_total', 'Decisions made, by stage and outcome.'),
    refusals: new Counter('vitalgate_refusals_total', 'Connections and requests refused, by reason code.'),
    handshakeFailures: new Counter('vitalgate_handshake_failures_total', 'TLS handshakes that did not complete.'),
    cuts: new Counter('vitalgate_sessions_cut_total', 'Sessions cut, by cause.'),
    alarms: new Counter(
      'vitalgate_session_alarms_total',
      'Protected sessions that were left running against a denial.',
    ),
    postureReports: new Counter('vitalgate_posture_reports_total', 'Posture reports at the gateway, by result code.'),
  };
  const histograms = {
    cutLatencyMs: new Histogram(
      'vitalgate_cut_latency_milliseconds',
      "From an order's arrival to the closed socket.",
      CUT_BOUNDS_MS,
    ),
    admissionMs: new Histogram(
      'vitalgate_admission_milliseconds',
      'From the end of the TLS handshake to the first byte that may pass.',
      HANDSHAKE_BOUNDS_MS,
    ),
  };
  const one = (name: string, help: string, value: () => number) =>
    new Gauge(name, help, () => [{ labels: {}, value: value() }]);
  const gauges = [
    one('vitalgate_sessions', 'Sessions open now.', read.sessions),
    one('vitalgate_tunnels', 'Device tunnels open now.', read.tunnels),
    one('vitalgate_head_age_seconds', 'Age of the last verified head.', read.headAgeSeconds),
    one('vitalgate_bundle_version', 'Version of the bundle in force.', read.bundleVersion),
    one('vitalgate_audit_records', 'Audit records in the chain of this run.', read.auditRecords),
    one('vitalgate_state_seq', 'Sequence number of the state in force.', read.stateSeq),
    new Gauge('vitalgate_freshness_band', 'Row of the freshness matrix in force: 1 for it.', () => [
      { labels: { band: read.freshness() }, value: 1 },
    ]),
  ];
  const families = (): MetricFamily[] =>
    [...Object.values(counters), ...Object.values(histograms), ...gauges].map((metric) => metric.family());
  const decided = {
    connectionAllowed: counters.decisions.of({ stage: 'connection', outcome: 'allow' }),
    connectionDenied: counters.decisions.of({ stage: 'connection', outcome: 'deny' }),
    useAllowed: counters.decisions.of({ stage: 'use', outcome: 'allow' }),
    useDenied: counters.decisions.of({ stage: 'use', outcome: 'deny' }),
  };
  return { ...counters, ...histograms, decided, families };
}

export type SiteMetrics = ReturnType<typeof createSiteMetrics>;

/** What is counted once a gateway, however many workers it has: the traffic with the control plane. */
export function createSiteMetrics() {
  const counters = {
    documents: new Counter('vitalgate_site_documents_total', 'Signed documents, by kind and result code.'),
    spoolDelivered: new Counter('vitalgate_spool_delivered_total', 'Spooled records delivered, by topic.'),
    cloudFailures: new Counter('vitalgate_cloud_failures_total', 'Calls to the control plane that failed, by code.'),
  };
  const families = (): MetricFamily[] => Object.values(counters).map((metric) => metric.family());
  return { ...counters, families };
}
