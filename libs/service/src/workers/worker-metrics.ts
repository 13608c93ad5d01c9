import type { Clock } from "@timewell/ttl";
import { Registry, type Metric } from "prom-client";
import type { PrintedMetric } from "../metrics/metric-family.ts";
import { lastingMetrics, mergeMetrics } from "./merge-metrics.ts";
import type { WorkerMember } from "./worker-member.ts";

/** How long a scrape waits for a worker, ms. */
const measureTimeoutMs = 1_000;

/** The metrics of a server of several workers: no counter goes back when a worker ends. */
export class WorkerMetrics {
  readonly #members: ReadonlySet<WorkerMember>;
  readonly #own: Registry;
  readonly #clock: Clock;
  /** What workers that ended have counted. */
  #left: PrintedMetric[] = [];

  /** `members` are those that live; `own` has the metrics of the primary process. */
  constructor(members: ReadonlySet<WorkerMember>, own: Registry, clock: Clock) {
    this.#members = members;
    this.#own = own;
    this.#clock = clock;
  }

  /** Keeps what a worker that ended has counted; to be called when it leaves `members`. */
  retire(member: WorkerMember): void {
    const parts = [this.#left, lastingMetrics(member.metrics)];
    this.#left = mergeMetrics(parts.map((metrics) => ({ worker: undefined, metrics })));
  }

  /** In Prometheus text. A worker that does not answer in time stands with what it told last. */
  async print(): Promise<string> {
    const waiting = new AbortController();
    const late = this.#clock.sleep(measureTimeoutMs, waiting.signal).catch(() => undefined);
    const asked = [...this.#members];
    await Promise.all(asked.map((member) => member.measure(late)));
    waiting.abort();
    const own = (await this.#own.getMetricsAsJSON()) as unknown as PrintedMetric[];
    // Nothing is awaited from here on: whoever ended meanwhile is among what is left.
    const live = [...this.#members].map((member) => ({
      worker: String(member.slot),
      metrics:
        member.state === "ready" ? member.metrics : lastingMetrics(member.metrics).concat(levels(member)),
    }));
    const parts = [{ worker: "primary", metrics: own }, ...live, { worker: undefined, metrics: this.#left }];
    const merged = new Registry();
    for (const metric of mergeMetrics(parts))
      merged.registerMetric({ ...metric, get: () => metric } as unknown as Metric);
    return merged.metrics();
  }
}

/** What a worker that leaves still holds, for example calls in flight. Its memory and such would stand under its successor's number. */
function levels(member: WorkerMember): PrintedMetric[] {
  return member.metrics.filter(
    ({ name, type, aggregator }) => name.startsWith("timewell_") && type === "gauge" && aggregator === "sum",
  );
}
