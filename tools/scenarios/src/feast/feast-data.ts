import { create } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@timewell/contracts";
import {
  bool,
  bytes,
  type Definition,
  double,
  entity,
  featureService,
  featureView,
  float,
  int32,
  int64,
  list,
  string,
  timestamp,
  vector,
} from "@timewell/define";

/** The project of these scenarios. */
export const project = "feast";

const driver = entity({ name: "driver", joinKeys: { driver_id: "int64" } });
const route = entity({ name: "route", joinKeys: { pickup: "string", dropoff: "string" } });

const driverStats = featureView({
  name: "driver_stats",
  entity: driver,
  features: {
    trips: int64(),
    level: int32(),
    rating: double(),
    share: float(),
    active: bool(),
    note: string(),
    photo: bytes(),
    seen: timestamp(),
    counts: list(int64()),
    scores: list(double()),
    tags: list(string()),
    days: list(timestamp()),
    flags: list(bool()),
    embedding: vector(3),
  },
});

const driverLive = featureView({
  name: "driver_live",
  entity: driver,
  features: { trips: int64() },
  ttl: "1h",
});

const routeLive = featureView({
  name: "route_live",
  entity: route,
  features: { waiting: int64(), minutes: double() },
  ttl: "1h",
});

const driverV1 = featureService({
  name: "driver_v1",
  views: [driverStats.select("trips", "rating"), routeLive],
});
const pairV1 = featureService({
  name: "pair_v1",
  views: [
    driverLive.as("first", { joinKeys: { driver_id: "first_driver" } }),
    driverLive.as("second", { joinKeys: { driver_id: "second_driver" } }),
  ],
});

/** What the scenarios apply. */
export const definitions: readonly Definition[] = [
  driver,
  route,
  driverStats,
  driverLive,
  routeLive,
  driverV1,
  pairV1,
];

/** A value as both sides write it: as a case of Timewell's contract, and as a case of Feast's in JSON. */
interface TwoSided {
  readonly timewell: Value["kind"];
  readonly feast: Readonly<Record<string, unknown>>;
}

const kinds = {
  trips: ["int64Value", "int64Val"],
  waiting: ["int64Value", "int64Val"],
  level: ["int32Value", "int32Val"],
  rating: ["doubleValue", "doubleVal"],
  minutes: ["doubleValue", "doubleVal"],
  share: ["floatValue", "floatVal"],
  active: ["boolValue", "boolVal"],
  note: ["stringValue", "stringVal"],
  photo: ["bytesValue", "bytesVal"],
  seen: ["timestampUsValue", "unixTimestampVal"],
  counts: ["int64ListValue", "int64ListVal"],
  scores: ["doubleListValue", "doubleListVal"],
  tags: ["stringListValue", "stringListVal"],
  days: ["timestampUsListValue", "unixTimestampListVal"],
  flags: ["boolListValue", "boolListVal"],
  embedding: ["floatListValue", "floatListVal"],
  driver_id: ["int64Value", "int64Val"],
  pickup: ["stringValue", "stringVal"],
  dropoff: ["stringValue", "stringVal"],
} as const;

/** Types of the features as Feast declares them. */
const feastTypes: Readonly<Record<string, string>> = {
  trips: "Int64",
  waiting: "Int64",
  level: "Int32",
  rating: "Float64",
  minutes: "Float64",
  share: "Float32",
  active: "Bool",
  note: "String",
  photo: "Bytes",
  seen: "UnixTimestamp",
  counts: "Array(Int64)",
  scores: "Array(Float64)",
  tags: "Array(String)",
  days: "Array(UnixTimestamp)",
  flags: "Array(Bool)",
  embedding: "Array(Float32)",
};

type Plain =
  bigint | number | string | boolean | Uint8Array | readonly (bigint | number | string | boolean)[];

/** One row of a view; times of features are seconds. */
export interface FeastRow {
  readonly keys: Readonly<Record<string, bigint | string>>;
  /** Without a value a feature is NULL. */
  readonly values: Readonly<Record<string, Plain>>;
  /** How old it is when it is written, seconds. */
  readonly ageS: number;
}

/** A driver beyond what a double can tell apart from its neighbour. */
export const longDriver = 2n ** 60n + 1n;

/** The rows that both sides hold. */
export const rows: Readonly<Record<string, readonly FeastRow[]>> = {
  driver_stats: [
    {
      keys: { driver_id: 1001n },
      ageS: 60,
      values: {
        trips: 2n ** 53n + 1n,
        level: -7,
        rating: 4.75,
        share: 0.10000000149011612,
        active: true,
        note: 'über "alles" \u{1f697}',
        photo: Uint8Array.of(0, 255, 10),
        seen: 1_700_000_000n,
        counts: [1n, -(2n ** 60n) - 1n],
        scores: [1, 2.5],
        tags: ["a", "", "\n"],
        days: [0n, 86_400n],
        flags: [true, false],
        embedding: [0.5, 1, -2],
      },
    },
    {
      keys: { driver_id: longDriver },
      ageS: 3_000_000,
      values: { trips: -1n, rating: 3, share: 1e30, note: "" },
    },
    {
      keys: { driver_id: 1003n },
      ageS: 61,
      values: { rating: Infinity, share: -Infinity, level: 0, active: false },
    },
    { keys: { driver_id: 1004n }, ageS: 61, values: { rating: NaN, seen: -1n } },
  ],
  driver_live: [
    { keys: { driver_id: 1001n }, ageS: 60, values: { trips: 5n } },
    { keys: { driver_id: 1002n }, ageS: 7_200, values: { trips: 6n } },
  ],
  route_live: [
    { keys: { pickup: "JFK", dropoff: "LGA" }, ageS: 5, values: { waiting: 3n, minutes: 41.5 } },
    { keys: { pickup: "JFK", dropoff: "EWR" }, ageS: 7_200, values: { waiting: 9n, minutes: 60 } },
    { keys: { pickup: "LGA", dropoff: "JFK" }, ageS: 5, values: { minutes: 12 } },
  ],
};

function isTime(name: string): boolean {
  return name === "seen" || name === "days";
}

function twoSided(name: string, plain: Plain): TwoSided {
  const [ours, feast] = kinds[name as keyof typeof kinds];
  const isList = Array.isArray(plain);
  const toUs = (one: unknown) => (isTime(name) ? (one as bigint) * 1_000_000n : one);
  const timewell: unknown = isList ? { v: plain.map(toUs) } : toUs(plain);
  return {
    timewell: { case: ours, value: timewell } as Value["kind"],
    feast: { [feast]: isList ? { val: plain.map(protoJson) } : protoJson(plain) },
  };
}

/** A single value as Protobuf's JSON has it. */
function protoJson(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
}

/** Values by name for Timewell. */
export function timewellValues(plain: Readonly<Record<string, Plain>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(plain).map(([name, one]) => [
      name,
      create(ValueSchema, { kind: twoSided(name, one).timewell }),
    ]),
  );
}

/** Values by name for Feast, as its Protobuf messages in JSON. */
export function feastValues(plain: Readonly<Record<string, Plain>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plain).map(([name, one]) => [name, twoSided(name, one).feast]));
}

const viewOf = { driver_stats: driverStats, driver_live: driverLive, route_live: routeLive };
const ttlS: Readonly<Record<string, number | null>> = {
  driver_stats: null,
  driver_live: 3_600,
  route_live: 3_600,
};

/** The views and rows as Feast's own repository gets them. `atS` is when the rows are written. */
export function feastViews(atS: number): unknown[] {
  return Object.entries(viewOf).map(([name, { message }]) => ({
    name,
    keys: name === "route_live" ? { pickup: "STRING", dropoff: "STRING" } : { driver_id: "INT64" },
    features: Object.fromEntries(message.features.map((feature) => [feature.name, feastTypes[feature.name]])),
    ttl: ttlS[name],
    rows: rows[name]!.map(({ keys, values, ageS }) => ({
      keys: feastValues(keys),
      values: Object.fromEntries(
        message.features.map((feature) => [
          feature.name,
          values[feature.name] === undefined ? {} : twoSided(feature.name, values[feature.name]!).feast,
        ]),
      ),
      at: atS - ageS,
    })),
  }));
}
