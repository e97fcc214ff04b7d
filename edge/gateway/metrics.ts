/** Counters, gauges and histograms in the Prometheus text format, version 0.0.4. */
type Labels = Readonly<Record<string, string>>;

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`).replaceAll('\n', String.raw`\n`);

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

export interface MetricSample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly MetricSample[];
}

export class Counter {
  readonly #values = new Map<string, number>();
  readonly #name: string;
  readonly #help: string;

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(labels: Labels = {}, amount = 1): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  /** A counter of one set of labels, for paths where writing the labels down each time would be felt. */
  of(labels: Labels): () => void {
    const key = labelText(labels);
    return () => this.#values.set(key, (this.#values.get(key) ?? 0) + 1);
  }

  family(): MetricFamily {
    const samples = [...this.#values].map(([labels, value]) => ({ name: this.#name, labels, value }));
    return { name: this.#name, help: this.#help, type: 'counter', samples };
  }
}

/** Read when scraped: no event has to keep it up to date. */
export class Gauge {
  readonly #name: string;
  readonly #help: string;
  readonly #read: () => readonly { labels: Labels; value: number }[];

  constructor(name: string, help: string, read: () => readonly { labels: Labels; value: number }[]) {
    this.#name = name;
    this.#help = help;
    this.#read = read;
  }

  family(): MetricFamily {
    const samples = this.#read().map(({ labels, value }) => ({ name: this.#name, labels: labelText(labels), value }));
    return { name: this.#name, help: this.#help, type: 'gauge', samples };
  }
}

export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count += 1;
    for (const [index, bound] of this.#bounds.entries()) {
      if (value <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    }
  }

  family(): MetricFamily {
    const buckets = this.#bounds.map((bound, index) => ({
      name: `${this.#name}_bucket`,
      labels: labelText({ le: String(bound) }),
      value: this.#counts[index] ?? 0,
    }));
    const totals = [
      { name: `${this.#name}_bucket`, labels: labelText({ le: '+Inf' }), value: this.#count },
      { name: `${this.#name}_sum`, labels: '', value: this.#sum },
      { name: `${this.#name}_count`, labels: '', value: this.#count },
    ];
    return { name: this.#name, help: this.#help, type: 'histogram', samples: [...buckets, ...totals] };
  }
}

/** Families of one name from several processes are added up, sample by sample; gauges named in `maximum` take the highest. */
export function mergeFamilies(
  sets: readonly (readonly MetricFamily[])[],
  maximum: ReadonlySet<string>,
): MetricFamily[] {
  const merged = new Map<string, MetricFamily>();
  for (const family of sets.flat()) {
    const held = merged.get(family.name);
    const samples = new Map(held?.samples.map((one) => [one.name + one.labels, one]));
    for (const one of family.samples) {
      const before = samples.get(one.name + one.labels)?.value;
      const value =
        before === undefined ? one.value : maximum.has(family.name) ? Math.max(before, one.value) : before + one.value;
      samples.set(one.name + one.labels, { ...one, value });
    }
    merged.set(family.name, { ...family, samples: [...samples.values()] });
  }
  return [...merged.values()];
}

export const renderFamilies = (families: readonly MetricFamily[]): string =>
  families
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map((one) => `${one.name}${one.labels} ${one.value}`),
      ].join('\n'),
    )
    .join('\n')
    .concat('\n');
