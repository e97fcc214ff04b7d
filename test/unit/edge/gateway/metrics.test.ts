import { expect, it } from 'vitest';
import { Counter, Gauge, Histogram, mergeFamilies, renderFamilies } from '../../../../edge/gateway/metrics.ts';

it('renders counters, gauges and histograms in the Prometheus text format', () => {
  const counter = new Counter('refusals_total', 'Refused.');
  counter.add({ code: 'alias-"unknown"' });
  const allowed = counter.of({ code: 'ok' });
  allowed();
  allowed();
  const histogram = new Histogram('cut_ms', 'Cuts.', [1, 10]);
  histogram.observe(5);
  const gauge = new Gauge('sessions', 'Open.', () => [{ labels: {}, value: 3 }]);
  const text = renderFamilies([counter.family(), histogram.family(), gauge.family()]);
  expect(text).toContain(String.raw`refusals_total{code="alias-\"unknown\""} 1`);
  expect(text).toContain('refusals_total{code="ok"} 2');
  expect(text).toContain('cut_ms_bucket{le="1"} 0\ncut_ms_bucket{le="10"} 1\ncut_ms_bucket{le="+Inf"} 1');
  expect(text).toContain('# TYPE sessions gauge\nsessions 3');
});

it('adds up the sets of several processes, and takes the worst of what they share', () => {
  const family = (name: string, value: number) => new Gauge(name, name, () => [{ labels: {}, value }]).family();
  const sets = [
    [family('sessions', 2), family('age', 5)],
    [family('sessions', 3), family('age', 9)],
  ];
  const merged = mergeFamilies(sets, new Set(['age']));
  expect(merged.map(({ name, samples }) => [name, samples[0]?.value])).toEqual([
    ['sessions', 5],
    ['age', 9],
  ]);
});
