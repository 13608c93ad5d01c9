import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { codeName } from "../errors/code-name.ts";

/** Metrics of one process. */
export interface Metrics {
  /** Where an app registers metrics of its own. */
  readonly registry: Registry;
  /** Counts a call as begun; call the result once, with the gRPC code (0 = OK) and the duration in ms. */
  begin(method: string): (code: number, durationMs: number) => void;
}

/** Sub-millisecond to 10 s: the span from a cached read to a long apply. */
const bucketsSeconds = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Makes the metrics of a process: its calls and, unless told otherwise, the process itself. */
export function createMetrics(options: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const inFlight = new Gauge({
    name: "timewell_requests_in_flight",
    help: "Calls that are running now.",
    labelNames: ["method"],
    registers,
  });
  const requests = new Counter({
    name: "timewell_requests_total",
    help: "Finished calls by method and gRPC code.",
    labelNames: ["method", "code"],
    registers,
  });
  const duration = new Histogram({
    name: "timewell_request_duration_seconds",
    help: "Duration of calls from the first byte to the last.",
    labelNames: ["method"],
    buckets: bucketsSeconds,
    registers,
  });
  // Children are looked up once: hashing labels on each call costs more than counting.
  const begins = new Map<string, () => (code: number, durationMs: number) => void>();
  function prepare(method: string) {
    const running = inFlight.labels(method);
    const seconds = duration.labels(method);
    const codes = new Map<number, Counter.Internal>();
    const end = (code: number, durationMs: number) => {
      running.dec();
      seconds.observe(durationMs / 1000);
      let counter = codes.get(code);
      if (counter === undefined) codes.set(code, (counter = requests.labels(method, codeName(code))));
      counter.inc();
    };
    return () => {
      running.inc();
      return end;
    };
  }
  return {
    registry,
    begin(method) {
      let begin = begins.get(method);
      if (begin === undefined) begins.set(method, (begin = prepare(method)));
      return begin();
    },
  };
}
