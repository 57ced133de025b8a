import type { Histogram, MetricValueWithName, Registry } from 'prom-client';

export interface DurationHistogramOptions {
  readonly registry: Registry;
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
}

export interface DurationHistogram {
  /** `labels`: a value for each name, in their order. */
  observe(labels: readonly string[], seconds: number): void;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** By bucket, those of smaller ones not included; the last are above all bounds. */
  readonly counts: number[];
  sum: number;
}

/** A series, or further ones by the value of the next label. */
interface Branch {
  readonly next: Map<string, Branch>;
  series: Series | null;
}

/**
 * A prom-client histogram that is labelled only when somebody reads it: looking its labels up takes prom-client itself longer
 * than all else that is measured of a request.
 */
export function createDurationHistogram({ registry, name, help, labelNames, buckets }: DurationHistogramOptions): DurationHistogram {
  const root: Branch = { next: new Map(), series: null };
  const all: Series[] = [];

  function seriesOf(labels: readonly string[]): Series {
    let branch = root;
    for (const label of labels) {
      let next = branch.next.get(label);
      if (!next) branch.next.set(label, next = { next: new Map(), series: null });
      branch = next;
    }
    if (branch.series === null) {
      const named = Object.fromEntries(labelNames.map((labelName, index) => [labelName, labels[index]!]));
      branch.series = { labels: named, counts: [...buckets, Infinity].map(() => 0), sum: 0 };
      all.push(branch.series);
    }
    return branch.series;
  }

  const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: all.flatMap(valuesOf) });

  /** As prom-client writes them: each bucket counts those of the smaller ones too. */
  function valuesOf({ labels, counts, sum }: Series): readonly MetricValueWithName<string>[] {
    let count = 0;
    const byBucket = counts.map((own, index) => ({ metricName: `${name}_bucket`, labels: { le: buckets[index] ?? '+Inf', ...labels }, value: count += own }));
    return [...byBucket, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: count }];
  }

  // All that a registry asks of a metric is `name` and `get`.
  registry.registerMetric({ name, get } as unknown as Histogram);
  return {
    observe(labels, seconds) {
      const series = seriesOf(labels);
      let bucket = 0;
      while (bucket < buckets.length && seconds > buckets[bucket]!) bucket += 1;
      series.counts[bucket]! += 1;
      series.sum += seconds;
    },
  };
}
