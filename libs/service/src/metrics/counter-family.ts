import { MetricFamily, type MetricInit, type PrintedValue } from "./metric-family.ts";

/** Counts up. */
export class CounterSeries {
  /** What was counted since the start. */
  total = 0;

  /** `amount` is at least 0. */
  add(amount = 1): void {
    this.total += amount;
  }
}

/** A counter; the names of counters end in `_total`. */
export class CounterFamily extends MetricFamily<CounterSeries> {
  readonly type = "counter";

  constructor(init: MetricInit) {
    super(init);
    if ((init.labelNames ?? []).length === 0) this.labels();
  }

  protected makeSeries(): CounterSeries {
    return new CounterSeries();
  }

  protected print(labels: Record<string, string>, { total }: CounterSeries, values: PrintedValue[]): void {
    values.push({ value: total, labels });
  }
}
