import type { CompiledView } from "@timewell/model";
import { CounterFamily, LevelFamily, type Metrics } from "@timewell/service";

/** What became of records. */
export type RecordResult = "accepted" | "duplicate" | "quarantined";

/** What the reader of one topic tells about itself. */
export interface StreamCounts {
  /** Records whose result is durable. */
  countRecords(result: RecordResult, records: number): void;
  /** Records that the brokers had dropped before they were read. */
  countSkipped(records: number): void;
  /** Attempts that failed. */
  countFailure(): void;
  /** Records that are there and not read, of the partitions that this process reads, and how long the oldest of them may have waited. */
  setLag(records: number, seconds: number): void;
}

/** What readers of topics tell about themselves. */
export interface StreamMetrics {
  of(view: Pick<CompiledView, "project" | "name" | "version">): StreamCounts;
}

const labelNames = ["project", "view", "version"] as const;

/** Registers the metrics of topics; `registry` is the one that /metrics prints. */
export function createStreamMetrics(registry: Metrics["registry"]): StreamMetrics {
  const records = new CounterFamily({
    name: "timewell_ingestion_stream_records_total",
    help: "Records of topics that were read, by result: accepted, duplicate, quarantined",
    labelNames: [...labelNames, "result"],
    registry,
  });
  const skipped = new CounterFamily({
    name: "timewell_ingestion_stream_skipped_records_total",
    help: "Records of topics that brokers had dropped before they were read",
    labelNames: [...labelNames],
    registry,
  });
  const failures = new CounterFamily({
    name: "timewell_ingestion_stream_failures_total",
    help: "Failed attempts to read topics or to append their records; each is tried again",
    labelNames: [...labelNames],
    registry,
  });
  const lagRecords = new LevelFamily({
    name: "timewell_ingestion_stream_lag_records",
    help: "Records of topics that are not read yet, of the partitions that this process reads",
    labelNames: [...labelNames],
    registry,
  });
  const lagSeconds = new LevelFamily({
    name: "timewell_ingestion_stream_lag_seconds",
    help: "Time since the last record that was read, while others wait behind it; 0 where none waits",
    labelNames: [...labelNames],
    registry,
  });
  return {
    of({ project, name, version }) {
      const labels = [project, name, String(version)] as const;
      return {
        countRecords: (result, count) => records.labels(...labels, result).add(count),
        countSkipped: (count) => skipped.labels(...labels).add(count),
        countFailure: () => failures.labels(...labels).add(),
        setLag(count, seconds) {
          lagRecords.labels(...labels).value = count;
          lagSeconds.labels(...labels).value = seconds;
        },
      };
    },
  };
}
