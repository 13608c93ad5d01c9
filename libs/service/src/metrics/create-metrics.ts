import { collectDefaultMetrics, Registry } from "prom-client";
import { codeName } from "../errors/code-name.ts";
import { CounterFamily, type CounterSeries } from "./counter-family.ts";
import { HistogramFamily } from "./histogram-family.ts";
import { LevelFamily } from "./level-family.ts";

/** Metrics of one process. */
export interface Metrics {
  /** Where an app registers metrics of its own. */
  readonly registry: Registry;
  /** Everything in Prometheus text: of this process, or of the whole server where it is one of several workers. */
  print(): Promise<string>;
  /** Counts a call as begun; call the result once, with the gRPC code (0 = OK) and the duration in ms. */
  begin(method: string): (code: number, durationMs: number) => void;
}

/** From a read of a memory-mapped row to a long apply. */
const bucketsSeconds = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** How to make metrics. */
export interface MetricsInit {
  /** Measure the process itself, too: memory, event loop. Absent: true. */
  readonly processMetrics?: boolean | undefined;
  /** What `print` does in a worker. */
  readonly print?: (() => Promise<string>) | undefined;
}

/** Makes the metrics of a process: its calls and, unless told otherwise, the process itself. */
export function createMetrics(options: MetricsInit = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const inFlight = new LevelFamily({
    name: "timewell_requests_in_flight",
    help: "Calls that are running now.",
    labelNames: ["method"],
    registry,
  });
  const requests = new CounterFamily({
    name: "timewell_requests_total",
    help: "Finished calls by method and gRPC code.",
    labelNames: ["method", "code"],
    registry,
  });
  const duration = new HistogramFamily({
    name: "timewell_request_duration_seconds",
    help: "Duration of calls from the first byte to the last.",
    labelNames: ["method"],
    buckets: bucketsSeconds,
    registry,
  });
  const begins = new Map<string, () => (code: number, durationMs: number) => void>();
  function prepare(method: string) {
    const running = inFlight.labels(method);
    const seconds = duration.labels(method);
    // By code, which is small.
    const codes: CounterSeries[] = [requests.labels(method, "OK")];
    const end = (code: number, durationMs: number) => {
      running.add(-1);
      seconds.observe(durationMs / 1000);
      (codes[code] ??= requests.labels(method, codeName(code))).add();
    };
    return () => {
      running.add(1);
      return end;
    };
  }
  return {
    registry,
    print: options.print ?? (() => registry.metrics()),
    begin(method) {
      let begin = begins.get(method);
      if (begin === undefined) begins.set(method, (begin = prepare(method)));
      return begin();
    },
  };
}
