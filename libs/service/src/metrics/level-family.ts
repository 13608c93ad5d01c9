import { MetricFamily, type MetricInit, type PrintedValue } from "./metric-family.ts";

/** Goes up and down. */
export class LevelSeries {
  /** As it is now. */
  value = 0;

  /** Changes it by `amount`, which may be negative. */
  add(amount: number): void {
    this.value += amount;
  }
}

/** A gauge of what is there now, for example of running calls; over processes it is summed. */
export class LevelFamily extends MetricFamily<LevelSeries> {
  readonly type = "gauge";

  constructor(init: MetricInit) {
    super(init);
    if ((init.labelNames ?? []).length === 0) this.labels();
  }

  protected makeSeries(): LevelSeries {
    return new LevelSeries();
  }

  protected print(labels: Record<string, string>, { value }: LevelSeries, values: PrintedValue[]): void {
    values.push({ value, labels });
  }
}
