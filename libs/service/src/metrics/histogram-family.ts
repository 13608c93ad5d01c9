import { MetricFamily, type MetricInit, type PrintedValue } from "./metric-family.ts";

/** Counts values by size. */
export class HistogramSeries {
  readonly #bounds: Float64Array;
  /** One more than bounds: the last one counts what is above them. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: Float64Array) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** Counts a value; one that is no finite number is left out. */
  observe(value: number): void {
    // True for NaN and both infinities only.
    if (value - value !== 0) return;
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= bounds[middle]!) high = middle;
      else low = middle + 1;
    }
    this.#counts[low]!++;
    this.#sum += value;
  }

  /** Sum of all values. */
  get sum(): number {
    return this.#sum;
  }

  /** Number of values in each bucket, not cumulated; the last is for those above all bounds. */
  get counts(): Readonly<Float64Array> {
    return this.#counts;
  }
}

/** What a histogram is made of. */
export interface HistogramInit extends MetricInit {
  /** Upper bounds, included, ascending. */
  readonly buckets: readonly number[];
}

/** A histogram. To observe costs one binary search over its bounds. */
export class HistogramFamily extends MetricFamily<HistogramSeries> {
  readonly type = "histogram";
  readonly #bounds: Float64Array;

  constructor(init: HistogramInit) {
    const { name, buckets, labelNames = [] } = init;
    if (!buckets.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > buckets[i - 1]!)))
      throw new TypeError(`Cannot make histogram ${name}: expected ascending finite bounds`);
    if (labelNames.includes("le")) throw new TypeError(`Cannot make histogram ${name}: le is its own label`);
    super(init);
    this.#bounds = Float64Array.from(buckets);
    if (labelNames.length === 0) this.labels();
  }

  protected makeSeries(): HistogramSeries {
    return new HistogramSeries(this.#bounds);
  }

  protected print(
    sharedLabels: Record<string, string>,
    { counts, sum }: HistogramSeries,
    values: PrintedValue[],
  ) {
    const metricName = `${this.name}_bucket`;
    let count = 0;
    this.#bounds.forEach((le, i) => {
      count += counts[i]!;
      values.push({ labels: { le }, sharedLabels, value: count, metricName });
    });
    count += counts[this.#bounds.length]!;
    values.push({ labels: { le: "+Inf" }, sharedLabels, value: count, metricName });
    values.push({ labels: {}, sharedLabels, value: sum, metricName: `${this.name}_sum` });
    values.push({ labels: {}, sharedLabels, value: count, metricName: `${this.name}_count` });
  }
}
