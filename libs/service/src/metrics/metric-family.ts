import type { Metric, Registry } from "prom-client";

/** What every kind of metric is made of. */
export interface MetricInit {
  /** For example `timewell_requests_total`. */
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[] | undefined;
  /** Where it is printed. */
  readonly registry: Registry;
}

/** One printed value. `sharedLabels` are those of the whole series. */
export interface PrintedValue {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels?: Readonly<Record<string, string>>;
  readonly metricName?: string;
}

/** What prom-client prints. */
export interface PrintedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly PrintedValue[];
}

/**
 * A metric with one series for each combination of label values. A series is looked up once and kept by whoever counts: to count
 * is then an addition, where prom-client's own metrics hash the labels each time. It is printed by prom-client's registry.
 */
export abstract class MetricFamily<Series> {
  readonly name: string;
  readonly help: string;
  abstract readonly type: string;
  /** How the processes of one server are put together. */
  readonly aggregator = "sum";
  readonly #labelNames: readonly string[];
  readonly #series = new Map<string, { readonly labels: Record<string, string>; readonly series: Series }>();

  protected constructor({ name, help, labelNames = [], registry }: MetricInit) {
    if (!/^[a-z_:][\w:]*$/i.test(name) || !labelNames.every((label) => /^[a-z_]\w*$/i.test(label)))
      throw new TypeError(`Cannot make metric ${name}: expected letters, digits and _ in its names`);
    this.name = name;
    this.help = help;
    this.#labelNames = labelNames;
    registry.registerMetric(this as unknown as Metric);
  }

  /** The series of these label values, in the order of the label names. It is printed from now on. */
  labels(...values: readonly string[]): Series {
    const key = JSON.stringify(values);
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    if (values.length !== this.#labelNames.length)
      throw new TypeError(`${this.name} has ${this.#labelNames.length} labels, not ${values.length}`);
    const labels = Object.fromEntries(this.#labelNames.map((name, i) => [name, values[i] as string]));
    const series = this.makeSeries();
    this.#series.set(key, { labels, series });
    return series;
  }

  /** Forgets a series; false where there is none. Whoever still counts on it counts for nobody. */
  remove(...values: readonly string[]): boolean {
    return this.#series.delete(JSON.stringify(values));
  }

  /** For prom-client: what it prints. */
  getForPromString(): PrintedMetric {
    const { name, help, type, aggregator } = this;
    const values: PrintedValue[] = [];
    for (const { labels, series } of this.#series.values()) this.print(labels, series, values);
    return { name, help, type, aggregator, values };
  }

  /** For prom-client: the same, with all labels in one object. */
  get(): PrintedMetric {
    const printed = this.getForPromString();
    const values = printed.values.map(({ sharedLabels, labels, ...value }) => ({
      ...value,
      labels: { ...sharedLabels, ...labels },
    }));
    return { ...printed, values };
  }

  protected abstract makeSeries(): Series;
  protected abstract print(labels: Record<string, string>, series: Series, values: PrintedValue[]): void;
}
