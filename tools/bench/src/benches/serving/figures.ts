import type { Figure } from "../../harness/figure.ts";
import type { Side } from "./throughput.ts";

/** What a figure is, before it is measured. */
export interface ServingFigure extends Pick<Figure, "unit" | "target" | "better"> {
  readonly measures: string;
  /** For figures of throughput: rows of a request, and the two sides. */
  readonly cell?: { readonly rows: number; readonly ours: Side; readonly peer: Side };
  /** Needs Feast's Python server. */
  readonly needsFeast?: true;
}

const rowCounts = [1, 10, 100] as const;
const rowsText = (rows: number): string => (rows === 1 ? "1 row" : `${rows} rows`);

const vsEcho = { 1: 0.75, 10: 0.7, 100: 0.4 } as const;
const vsFeast = { 1: 60, 10: 100, 100: 120 } as const;
const vsIoredis = { 10: 0.35, 100: 0.6 } as const;

function throughput(
  name: string,
  measures: string,
  cell: NonNullable<ServingFigure["cell"]>,
  unit: string,
  target: number,
): [string, ServingFigure] {
  const feast = cell.peer === "feast" ? { needsFeast: true as const } : {};
  return [name, { measures, cell, unit, target, better: "higher", ...feast }];
}

/** The figures by name, in the order of the table. */
export const servingFigures: Readonly<Record<string, ServingFigure>> = Object.fromEntries([
  ...rowCounts.map((rows) =>
    throughput(
      `typed_vs_echo_${rows}`,
      `Typed Get of ${rowsText(rows)} × 20 doubles from Redis, against a grpc-js server that answers one prebuilt buffer of that size`,
      { rows, ours: "typed", peer: "echo" },
      "of echo",
      vsEcho[rows],
    ),
  ),
  ...rowCounts.map((rows) =>
    throughput(
      `typed_vs_feast_${rows}`,
      `The same against Feast's Python feature server on the same Redis, asked for a feature service of the same features`,
      { rows, ours: "typed", peer: "feast" },
      "× of Feast",
      vsFeast[rows],
    ),
  ),
  ...([10, 100] as const).map((rows) =>
    throughput(
      `typed_vs_ioredis_${rows}`,
      `The same against bare ioredis reading the same keys with one MGET a request`,
      { rows, ours: "typed", peer: "ioredis" },
      "of ioredis",
      vsIoredis[rows],
    ),
  ),
  [
    "open_loop_p99",
    {
      measures:
        "p99 of typed Get, 10 rows, at 1,000 requests a second from the scheduled time on, against the p99 of the echo plus that of bare ioredis at the same rate",
      unit: "× of echo + ioredis",
      target: 1.5,
      better: "lower",
    },
  ],
  throughput(
    "feast_grpc_vs_feast_10",
    "Feast's gRPC contract on our server, 10 rows, against Feast's Python feature server",
    { rows: 10, ours: "feastGrpc", peer: "feast" },
    "× of Feast",
    25,
  ),
  throughput(
    "feast_grpc_vs_typed_10",
    "The same against our typed Get",
    { rows: 10, ours: "feastGrpc", peer: "typed" },
    "of typed Get",
    0.3,
  ),
  [
    "redis_bytes_per_row",
    {
      measures: "Memory of Redis for a row of 20 doubles, key and overhead included, against Feast's",
      unit: "of Feast",
      target: 0.65,
      better: "lower",
      needsFeast: true,
    },
  ],
  [
    "two_view_round_trips",
    {
      measures: "Commands that Redis gets for one call of a service on two views",
      unit: "commands",
      target: 1,
      better: "lower",
    },
  ],
  [
    "lmdb_vs_echo_1",
    {
      measures: "Typed Get of 1 row on the embedded store, the standalone app, against the echo",
      unit: "of echo",
      target: 0.75,
      better: "higher",
    },
  ],
] satisfies [string, ServingFigure][]);
