import { DataType, type Table } from "apache-arrow";
import fc from "fast-check";
import { orderOfCreated, orderOfLog, type FeatureValue } from "@timewell/row";
import type {
  HistoryMode,
  HistoryRow,
  OfflineFeature,
  OfflineSource,
  TrainingView,
  ViewHistory,
  WindowedFeature,
} from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import { naiveHopUs, naiveWindow, type NaiveEvent, type NaiveWindow } from "./naive-windows.ts";
import { useOfflineEngine, type OfflineEngineFactory, type OfflinePlace } from "./offline-engine-place.ts";
import { writeArrowLabels, type Label } from "./offline-labels.ts";
import { readTraining, trainingPlan } from "./offline-training.ts";
import { runs } from "./runs.ts";

const fields: readonly OfflineFeature[] = (
  [
    ["whole", "INT64"],
    ["small", "INT32"],
    ["ratio", "DOUBLE"],
    ["name", "STRING"],
    ["flag", "BOOL"],
    ["at", "TIMESTAMP"],
    ["raw", "BYTES"],
    ["event_id", "STRING"],
  ] as const
).map(([name, type], i) => ({ name, type, dimension: 0, number: i + 1 }));

const idField = 7;

/** Filters, and what they mean. */
const filters: readonly (readonly [text: string, accepts: NaiveWindow["accepts"]])[] = [
  ["", () => true],
  ["ratio > 0.5", ([, , ratio]) => ratio !== null && (ratio as number) > 0.5],
  [
    "whole == 9223372036854775807 || flag",
    ([whole, , , , flag]) => whole === 2n ** 63n - 1n || flag === true,
  ],
  [
    'name in ["é", "\u{1f980}"] && !(small == 1)',
    ([, small, , name]) => (name === "é" || name === "\u{1f980}") && small !== 1,
  ],
  [
    "has(event.whole) && ratio <= 1.0",
    ([whole, , ratio]) => whole !== null && ratio !== null && (ratio as number) <= 1,
  ],
  ["!flag", ([, , , , flag]) => flag === false],
];

const minuteUs = 60_000_000n;
const windows = [1n, 10n, 60n, 720n, 1_440n, 17_280n, 43_200n, 0n].map((minutes) => minutes * minuteUs);

const functions = [
  ["COUNT", undefined, "INT64"],
  ["SUM", 0, "INT64"],
  ["SUM", 1, "INT64"],
  ["SUM", 2, "DOUBLE"],
  ["MEAN", 0, "DOUBLE"],
  ["MEAN", 2, "DOUBLE"],
  ["MIN", 0, "INT64"],
  ["MIN", 2, "DOUBLE"],
  ["MAX", 2, "DOUBLE"],
  ["MAX", 5, "TIMESTAMP"],
  ["STDDEV", 1, "DOUBLE"],
  ["STDDEV", 2, "DOUBLE"],
  ["FIRST", 3, "STRING"],
  ["FIRST", 4, "BOOL"],
  ["LAST", 0, "INT64"],
  ["LAST", 6, "BYTES"],
  ["LAST_N", 2, "DOUBLE_LIST"],
  ["LAST_N", 3, "STRING_LIST"],
] as const;

interface WindowSpec {
  readonly of: (typeof functions)[number];
  readonly windowUs: bigint;
  readonly filter: number;
  readonly n: number;
}

interface EventSpec {
  readonly key: bigint;
  readonly eventTimeUs: bigint;
  readonly lagUs: bigint | undefined;
  readonly values: readonly FeatureValue[];
  /** Segment or source file that holds it; 2 is the tail, 3 the segment that is read as of a snapshot. */
  readonly place: number;
}

interface Case {
  readonly log: readonly EventSpec[];
  readonly source: readonly EventSpec[];
  readonly stamps: "created" | "delay" | "none";
  readonly cutOverUs: bigint;
  readonly hasIds: boolean;
  readonly windows: readonly WindowSpec[];
  readonly labels: readonly Label[];
  readonly mode: HistoryMode;
  /** Last position of the snapshot. */
  readonly until: number;
}

const keys = fc.bigInt({ min: 0n, max: 1n });
// On the ends of hops of every size, and 1 µs beside them, before 1970 and after.
const times = fc
  .record({
    day: fc.constantFrom(-20_000n, -1n, 0n, 19_000n),
    hour: fc.constantFrom(0n, 0n, 1n, 23n, 24n, 25n),
    minute: fc.constantFrom(0n, 0n, 1n, 59n),
    us: fc.constantFrom(0n, 0n, -1n, 1n, 5_000_000n, 4_999_999n, -60_000_000n),
  })
  .map(({ day, hour, minute, us }) => ((day * 24n + hour) * 60n + minute) * minuteUs + us);

const values: fc.Arbitrary<readonly FeatureValue[]> = fc.tuple(
  fc.constantFrom(null, 0n, 1n, -5n, 2n ** 63n - 1n, -(2n ** 63n)),
  fc.constantFrom(null, 0, 1, -7, 2 ** 31 - 1),
  fc.constantFrom(null, 0, -0, 0.1, 1 / 3, -2.5, 1e15, -1e15, 1e-9, NaN, Infinity),
  fc.constantFrom(null, "", "a", "é", "\u{1f980}"),
  fc.constantFrom(null, true, false),
  fc.constantFrom(null, 0n, -1n, 1_700_000_000_000_001n),
  fc.constantFrom(null, new Uint8Array(), new Uint8Array([0, 255])),
  fc.constantFrom(null, "x", "y", "z"),
) as never;

const events = (lastPlace: number, maxLength: number) =>
  fc.array(
    fc.record({
      key: keys,
      eventTimeUs: times,
      lagUs: fc.option(fc.constantFrom(0n, 1n, 5_000_000n, 3_600_000_000n), { nil: undefined, freq: 6 }),
      values,
      place: fc.integer({ min: 0, max: lastPlace }),
    }),
    { maxLength },
  );

const cases: fc.Arbitrary<Case> = fc.record({
  log: events(3, 20),
  source: events(1, 14),
  stamps: fc.constantFrom("created", "delay", "none"),
  cutOverUs: times,
  hasIds: fc.boolean(),
  windows: fc.array(
    fc.record({
      of: fc.constantFrom(...functions),
      windowUs: fc.constantFrom(...windows),
      filter: fc.oneof(fc.constant(0), fc.nat({ max: filters.length - 1 })),
      n: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  labels: fc.array(
    fc.record({
      key: fc.option(keys, { freq: 8 }),
      atUs: fc.oneof(
        times,
        times.map((us) => us + 1_440n * minuteUs),
      ),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  mode: fc.constantFrom("EVENT_TIME", "AVAILABLE"),
  until: fc.integer({ min: 0, max: 20 }),
});

const tied = { key: 0n, eventTimeUs: 0n, lagUs: 1n, place: 0 } as const;
const none = [null, null, null] as const;

/** Source rows that tell nothing apart but their place in the file. */
const ties: Case = {
  log: [],
  source: ["a", "é"].map((name) => ({ ...tied, values: [...none, name, null, null, null, null] })),
  stamps: "created",
  cutOverUs: 1n,
  hasIds: false,
  windows: functions
    .filter(([, , type]) => type.startsWith("STRING"))
    .map((of) => ({ of, windowUs: 0n, filter: 0, n: 1 })),
  labels: [{ key: 0n, atUs: 10n }],
  mode: "AVAILABLE",
  until: 0,
};

const delayUs = 7_000_000n;
const keyColumn = [{ name: "key", type: "INT64" }] as const;

/** Windows against the naive reference. */
export function windowedViews(factory: OfflineEngineFactory): void {
  describe("windows", () => {
    const place = useOfflineEngine(factory);

    it(
      "trainingSet() equals the naive rule of windows for random events, both modes, also as of a snapshot (semantics 11)",
      { timeout: 600_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(cases, async (given) => {
            const { view, entries } = await build(place, given);
            const labels = await writeArrowLabels(place.path("labels.arrow"), given.labels);
            const { table } = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
            given.labels.forEach(({ key, atUs }, row) => {
              const own = entries.filter((entry) => entry.key === key);
              given.windows.forEach((spec, i) => {
                const got = valueAt(table, `v__f${i}`, row);
                if (key === null) return expect(got).toBe(null);
                const { value, tolerance } = naiveWindow(own, naiveOf(spec), atUs, given.mode);
                expectNear(got, value, tolerance);
              });
              const status = table.getChild("v__status")!.get(row) as unknown;
              expect(status).toBe(key === null ? "NOT_FOUND" : "PRESENT");
            });
          }),
          { numRuns: runs(20), examples: [[ties]] },
        );
      },
    );
  });
}

function expectNear(got: FeatureValue, value: FeatureValue, tolerance: number): void {
  const isNear = Number.isFinite(value) && Number.isFinite(tolerance) && tolerance > 0;
  if (isNear) expect(Math.abs((got as number) - (value as number))).toBeLessThanOrEqual(tolerance);
  else if (Number.isFinite(value) && value === 0 && tolerance === 0 && got === 0) return;
  else expect(got).toEqual(value);
}

function naiveOf({ of: [name, input, type], windowUs, filter, n }: WindowSpec): NaiveWindow {
  return { function: name, input, windowUs, n, type, accepts: filters[filter]![1] };
}

interface Entry extends NaiveEvent {
  readonly key: bigint;
}

async function build(
  place: OfflinePlace,
  given: Case,
): Promise<{ view: TrainingView; entries: readonly Entry[] }> {
  const { mode, cutOverUs, hasIds } = given;
  const source = await writeSource(place, given);
  const log = await writeLog(place, given, source?.file !== undefined);
  const history = { ...log.history, source: source?.file };
  const features = given.windows.map(
    ({ of: [name, input, type], windowUs, filter, n }, i): WindowedFeature => {
      const [text] = filters[filter]!;
      const own = { name: `f${i}`, type, dimension: 0, number: i + 1 };
      return {
        ...own,
        function: name,
        input,
        windowUs,
        hopUs: naiveHopUs(windowUs),
        filter: text,
        n: name === "LAST_N" ? n : 0,
      };
    },
  );
  const view: TrainingView = {
    name: "v",
    history,
    windows: {
      features,
      eventId: hasIds ? idField : undefined,
      cutOverUs: source === undefined ? undefined : cutOverUs,
    },
    labelColumns: ["key"],
    ttlUs: 0n,
    forgetAfterUs: 0n,
    mode,
  };
  return { view, entries: [...(source?.entries ?? []), ...log.entries] };
}

const empty: ViewHistory = {
  viewId: 1,
  keys: keyColumn,
  features: fields,
  source: undefined,
  segments: [],
  tail: [],
};

async function writeLog(place: OfflinePlace, given: Case, hasSource: boolean) {
  const rows = given.log.map((event, i): HistoryRow => {
    const position = BigInt(i + 1);
    const { eventTimeUs, lagUs, key } = event;
    return {
      partition: 0,
      position,
      order: orderOfLog(position),
      deleted: false,
      eventTimeUs,
      availableTimeUs: lagUs === undefined ? undefined : eventTimeUs + lagUs,
      keys: [key],
      features: event.values,
    };
  });
  const of = (wanted: number) => rows.filter((_, i) => given.log[i]!.place === wanted);
  const files: (readonly string[])[] = [];
  for (const segment of [0, 1, 3]) files.push(await writeFileOf(place, of(segment)));
  const positions = Array.from({ length: 64 }, () => BigInt(given.until));
  const laterSegments = { paths: files[2]!, positions, unavailable: [] };
  const history: ViewHistory = {
    ...empty,
    segments: files.slice(0, 2).flat(),
    laterSegments: files[2]!.length === 0 ? undefined : laterSegments,
    tail: of(2),
  };
  const entries = rows.flatMap((row, i): Entry[] => {
    const isOfLater = given.log[i]!.place === 3 && i + 1 > given.until;
    if (isOfLater || (hasSource && row.eventTimeUs < given.cutOverUs)) return [];
    return [{ ...row, key: row.keys[0] as bigint, order: [row.order, 0n], values: row.features }];
  });
  return { history, entries };
}

async function writeFileOf(place: OfflinePlace, rows: readonly HistoryRow[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const path = place.path("segment.parquet");
  await place.engine.writeSegment(path, empty, rows);
  return [path];
}

/** Source files are written as segments are: sorted by key, event time and order, the created time as the available one. */
async function writeSource(
  place: OfflinePlace,
  { source, stamps, cutOverUs, hasIds }: Case,
): Promise<{ file: OfflineSource; entries: Entry[] } | undefined> {
  const paths: string[] = [];
  const all: HistoryRow[] = [];
  for (const file of [0, 1]) {
    const rows = source.flatMap((event, i): HistoryRow[] => {
      if (event.place !== file) return [];
      const { eventTimeUs, lagUs = 0n, key } = event;
      const stamped = { eventTimeUs, availableTimeUs: eventTimeUs + lagUs, order: BigInt(i), deleted: false };
      return [{ ...stamped, partition: 0, position: 1n, keys: [key], features: event.values }];
    });
    rows.sort((a, b) => Number(a.keys[0]) - Number(b.keys[0]) || Number(a.eventTimeUs - b.eventTimeUs));
    all.push(...rows);
    paths.push(...(await writeFileOf(place, rows)));
  }
  if (paths.length === 0) return undefined;
  const seen = new Set<string>();
  const entries = all.flatMap((row, i): Entry[] => {
    const { eventTimeUs, availableTimeUs, features } = row;
    if (eventTimeUs >= cutOverUs) return [];
    const id = features[idField];
    const name = JSON.stringify([String(row.keys[0]), id]);
    if (hasIds && id !== null && seen.has(name)) return [];
    seen.add(name);
    const created = { created: availableTimeUs, delay: eventTimeUs + delayUs, none: undefined }[stamps];
    const order = stamps === "created" ? [orderOfCreated(availableTimeUs!), BigInt(i)] : [BigInt(i), 0n];
    return [{ key: row.keys[0] as bigint, eventTimeUs, availableTimeUs: created, order, values: features }];
  });
  const file: OfflineSource = {
    format: "parquet",
    paths,
    eventTimeColumn: "__event_time",
    createdTimeColumn: stamps === "created" ? "__available_time" : undefined,
    availabilityDelayUs: stamps === "delay" ? delayUs : undefined,
    columns: new Map(),
  };
  return { file, entries };
}

/** The value of a row of a column of one batch. */
function valueAt(table: Table, name: string, row: number): FeatureValue {
  const column = table.getChild(name)!;
  const data = column.data[0]!;
  if (!data.getValid(row)) return null;
  if (DataType.isTimestamp(data.type)) return (data.values as BigInt64Array)[row]!;
  const value = column.get(row) as unknown;
  return (DataType.isList(data.type) ? [...(value as Iterable<unknown>)] : value) as FeatureValue;
}
