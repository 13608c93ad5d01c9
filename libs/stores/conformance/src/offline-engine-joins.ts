import { writeFile } from "node:fs/promises";
import fc from "fast-check";
import { naiveAsOf, type HistoryEntry } from "@timewell/point-in-time";
import { orderOfCreated, orderOfLog } from "@timewell/row";
import type {
  HistoryMode,
  HistoryRow,
  LaterSegments,
  OfflineSource,
  PositionRange,
  ViewHistory,
} from "@timewell/store-ports";
import { rowStatus } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { useOfflineEngine, type OfflineEngineFactory, type OfflinePlace } from "./offline-engine-place.ts";
import { isoTime, writeArrowLabels, writeCsvLabels, type Label } from "./offline-labels.ts";
import { columnValues, readTraining, trainingPlan } from "./offline-training.ts";
import { runs } from "./runs.ts";

const startUs = 1_700_000_000_000_000n;

interface SourceRow {
  readonly key: bigint;
  readonly eventTimeUs: bigint;
  readonly createdUs: bigint;
}

interface LogRow {
  readonly key: bigint;
  readonly eventTimeUs: bigint;
  readonly lagUs: bigint | undefined;
  readonly deleted: boolean;
  /** Segment that holds it; 2 is the tail, 3 the segment that is read as of a snapshot. */
  readonly place: number;
  /** True: the snapshot lists it as not available. */
  readonly unavailable: boolean;
}

interface Case {
  readonly sourceFiles: readonly (readonly SourceRow[])[];
  readonly stamps: "created" | "delay" | "none";
  readonly log: readonly LogRow[];
  /** Positions that the snapshot knows, of the partitions 0 and 63. */
  readonly until: readonly [number, number];
  readonly labels: readonly Label[];
  readonly ttlUs: bigint;
  readonly graceUs: bigint;
  readonly mode: HistoryMode;
  readonly csvLabels: boolean;
}

interface Entry extends HistoryEntry {
  readonly key: bigint;
  readonly id: bigint;
}

const keys = fc.bigInt({ min: 0n, max: 2n });
const times = fc.bigInt({ min: 0n, max: 6n }).map((step) => startUs + step * 5n);

const cases: fc.Arbitrary<Case> = fc.record({
  sourceFiles: fc.array(
    fc.array(fc.record({ key: keys, eventTimeUs: times, createdUs: times }), { minLength: 1, maxLength: 12 }),
    { maxLength: 3 },
  ),
  stamps: fc.constantFrom("created", "delay", "none"),
  log: fc.array(
    fc.record({
      key: keys,
      eventTimeUs: times,
      lagUs: fc.option(fc.bigInt({ min: 0n, max: 30n }), { nil: undefined }),
      deleted: fc.boolean(),
      place: fc.integer({ min: 0, max: 3 }),
      unavailable: fc.boolean(),
    }),
    { maxLength: 16 },
  ),
  until: fc.tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 16 })),
  labels: fc.array(fc.record({ key: fc.option(keys, { freq: 8 }), atUs: times }), {
    minLength: 1,
    maxLength: 40,
  }),
  ttlUs: fc.constantFrom(0n, 5n, 10n, 20n),
  graceUs: fc.constantFrom(0n, 5n, 10n),
  mode: fc.constantFrom("EVENT_TIME", "AVAILABLE"),
  csvLabels: fc.boolean(),
});

const delayUs = 7n;
const featureId = { name: "id", type: "INT64", dimension: 0, number: 1 } as const;

/** Joins against the naive reference. */
export function joins(factory: OfflineEngineFactory): void {
  describe("point-in-time joins", () => {
    const place = useOfflineEngine(factory);

    it(
      "trainingSet() equals the naive as-of rule for random histories, both modes, also as of a snapshot (semantics 5, 16)",
      { timeout: 120_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(cases, async (given) => {
            const { history, entries } = await build(place, given);
            const labels = given.csvLabels
              ? await writeCsvLabels(place.path("labels.csv"), given.labels)
              : await writeArrowLabels(place.path("labels.arrow"), given.labels);
            const { ttlUs, graceUs, mode } = given;
            const forgetAfterUs = ttlUs === 0n ? 0n : ttlUs + graceUs;
            const view = { name: "v", history, labelColumns: ["key"], ttlUs, forgetAfterUs, mode };
            const result = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
            const expected = given.labels.map(({ key, atUs }) => {
              const entry = naiveAsOf(
                entries.filter((candidate) => candidate.key === key),
                atUs,
                mode,
              );
              const status = rowStatus(entry, atUs, ttlUs, forgetAfterUs);
              return [status, status === "PRESENT" ? entry!.id : null];
            });
            const ids = columnValues(result.table, "v__id");
            expect(columnValues(result.table, "v__status").map((status, i) => [status, ids[i]])).toEqual(
              expected,
            );
            expect(columnValues(result.table, "label_id").map(BigInt as never)).toEqual(
              given.labels.map((_, i) => BigInt(i)),
            );
          }),
          { numRuns: runs(40) },
        );
      },
    );
  });
}

async function build(
  place: OfflinePlace,
  given: Case,
): Promise<{ history: ViewHistory; entries: readonly Entry[] }> {
  const empty: ViewHistory = {
    viewId: 1,
    keys: [{ name: "key", type: "INT64" }],
    features: [featureId],
    source: undefined,
    segments: [],
    tail: [],
  };
  const sourceEntries = given.sourceFiles.flat().map((row, i) => sourceEntry(row, i, given.stamps));
  const logRows = given.log.map((row, i) => historyRow(row, i));
  const [segments, later]: string[][] = [[], []];
  for (const segment of [0, 1, 3]) {
    const rows = logRows.filter((_, i) => given.log[i]!.place === segment);
    if (rows.length === 0) continue;
    const path = place.path("segment.parquet");
    await place.engine.writeSegment(path, empty, rows);
    (segment === 3 ? later! : segments!).push(path);
  }
  const tail = logRows.filter((_, i) => given.log[i]!.place === 2);
  const history = {
    ...empty,
    source: await writeSource(place, given),
    segments: segments!,
    laterSegments: later!.length === 0 ? undefined : laterSegments(later!, given),
    tail,
  };
  const logEntries = logRows.flatMap((row, i): Entry[] => {
    const { place: where, unavailable } = given.log[i]!;
    if (where === 3 && Number(row.position) > given.until[partitionIndex(i)]) return [];
    return [
      {
        ...row,
        availableTimeUs: where === 3 && unavailable ? undefined : row.availableTimeUs,
        key: row.keys[0] as bigint,
        id: row.features[0] as bigint,
      },
    ];
  });
  return { history, entries: [...sourceEntries, ...logEntries] };
}

function partitionIndex(i: number): 0 | 1 {
  return i % 3 === 0 ? 0 : 1;
}

/** Neighbours of a partition that are not available share a range. */
function laterSegments(paths: readonly string[], { log, until }: Case): LaterSegments {
  const unavailable: PositionRange[] = [];
  for (const index of [0, 1] as const) {
    let open = false;
    for (const [i, row] of log.entries()) {
      if (partitionIndex(i) !== index) continue;
      const position = BigInt(i + 1);
      const last = unavailable.at(-1);
      if (row.unavailable && open && last !== undefined)
        unavailable.splice(-1, 1, { ...last, last: position });
      else if (row.unavailable) unavailable.push({ partition: index * 63, first: position, last: position });
      open = row.unavailable;
    }
  }
  const positions = Array.from({ length: 64 }, (_, p) =>
    p === 0 ? BigInt(until[0]) : p === 63 ? BigInt(until[1]) : 0n,
  );
  return { paths, positions, unavailable };
}

function sourceEntry(row: SourceRow, i: number, stamps: Case["stamps"]): Entry {
  const { key, eventTimeUs, createdUs } = row;
  const created = createdUs > eventTimeUs ? createdUs : eventTimeUs;
  return {
    key,
    id: BigInt(i),
    eventTimeUs,
    order: stamps === "created" ? orderOfCreated(createdUs) : BigInt(i),
    availableTimeUs: { created, delay: eventTimeUs + delayUs, none: undefined }[stamps],
    deleted: false,
  };
}

function historyRow(row: LogRow, i: number): HistoryRow {
  const position = BigInt(i + 1);
  return {
    partition: partitionIndex(i) * 63,
    position,
    order: orderOfLog(position),
    deleted: row.deleted,
    eventTimeUs: row.eventTimeUs,
    availableTimeUs: row.lagUs === undefined ? undefined : row.eventTimeUs + row.lagUs,
    keys: [row.key],
    features: [row.deleted ? null : 1000n + position],
  };
}

async function writeSource(place: OfflinePlace, given: Case): Promise<OfflineSource | undefined> {
  if (given.sourceFiles.length === 0) return undefined;
  const paths: string[] = [];
  let id = 0;
  for (const rows of given.sourceFiles) {
    const path = place.path("source.csv");
    const lines = rows.map(
      (row) => `${row.key},${id++},${isoTime(row.eventTimeUs)},${isoTime(row.createdUs)}`,
    );
    await writeFile(path, ["key,id,happened,made", ...lines, ""].join("\n"));
    paths.push(path);
  }
  return {
    format: "csv",
    paths,
    eventTimeColumn: "happened",
    createdTimeColumn: given.stamps === "created" ? "made" : undefined,
    availabilityDelayUs: given.stamps === "delay" ? delayUs : undefined,
    columns: new Map(),
  };
}
