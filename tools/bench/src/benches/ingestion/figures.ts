import type { Figure } from "../../harness/figure.ts";

/** A part of the bench that measures some figures together. */
export type IngestionPart = "materialize_200k" | "materialize_2m" | "push" | "kafka" | "windows";

/** What a figure is, before it is measured. */
export interface IngestionFigure extends Pick<Figure, "unit" | "target" | "better"> {
  readonly measures: string;
  readonly part: IngestionPart;
}

/** Rows of one push, and of one commit of the peer. */
export const batchRows = 500;

const faster = { unit: "× Feast", target: 7, better: "higher" } as const;
const overFeast =
  "rows × 10 doubles from a Parquet file into Redis, against Feast with its default store of files";

/** The figures by name, in the order of the table. */
export const ingestionFigures: Readonly<Record<string, IngestionFigure>> = {
  materialize_vs_feast_200k: {
    measures: `Rows a second of Materialize, 200,000 ${overFeast}`,
    part: "materialize_200k",
    ...faster,
  },
  materialize_vs_feast_2m: {
    measures: `Rows a second of Materialize, 2,000,000 ${overFeast}`,
    part: "materialize_2m",
    ...faster,
  },
  materialize_memory_growth: {
    measures:
      "Peak memory of the ingestion server and its child with 2,000,000 rows, against that with 200,000",
    part: "materialize_2m",
    unit: "×",
    target: 1.25,
    better: "lower",
  },
  push_stream_vs_copy: {
    measures: `Rows a second of a durable push stream, ${batchRows} rows a push, applied to Redis meanwhile, against bare COPY into the same log table in commits of as many rows`,
    part: "push",
    unit: "of COPY",
    target: 0.3,
    better: "higher",
  },
  kafka_vs_slowest_stage: {
    measures: `Events a second from Kafka to readable online, against the slower of COPY in commits of ${batchRows} rows and compare-and-set in Redis, each alone`,
    part: "kafka",
    unit: "of the stage",
    target: 0.4,
    better: "higher",
  },
  kafka_events_per_second: {
    measures: "Events a second from Kafka to readable online",
    part: "kafka",
    unit: "events/s",
    target: 15_000,
    better: "higher",
  },
  kafka_readable_p99: {
    measures: "p99 of the time from an event's record to its being readable online, at half that rate",
    part: "kafka",
    unit: "ms",
    target: 1_000,
    better: "lower",
  },
  windowed_vs_plain_1: {
    measures:
      "Requests a second of a typed service on a view with 5 windows, 1 key, against one on a plain view",
    part: "windows",
    unit: "of plain",
    target: 0.25,
    better: "higher",
  },
  windowed_vs_plain_100: {
    measures: "The same with 100 keys",
    part: "windows",
    unit: "of plain",
    target: 0.04,
    better: "higher",
  },
};
