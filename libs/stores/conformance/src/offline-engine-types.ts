import { decodeKey, type KeyValue } from "@timewell/keys";
import {
  elementType,
  compileRowCodec,
  payloadOf,
  readHeader,
  type FeatureType,
  type FeatureValue,
  type ScalarType,
} from "@timewell/row";
import type { EncodedRows, HistoryRow, OfflineFeature, ViewHistory } from "@timewell/store-ports";
import { describe, expect, it } from "vitest";
import { neverAborted, useOfflineEngine, type OfflineEngineFactory } from "./offline-engine-place.ts";
import { writeArrowLabels } from "./offline-labels.ts";
import { columnValues, readTraining, trainingPlan } from "./offline-training.ts";

const startUs = 1_700_000_000_000_001n;
const longText = "longer than twelve bytes, with ü, \0 and 漢";

/** Two values of every scalar type; lists hold both. */
const samples: Record<ScalarType, readonly [FeatureValue, FeatureValue]> = {
  BOOL: [true, false],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
  FLOAT: [Math.fround(1.1), -0],
  DOUBLE: [1.1, Number.NEGATIVE_INFINITY],
  STRING: ["", longText],
  BYTES: [new Uint8Array(), new Uint8Array(40).fill(0xff)],
  TIMESTAMP: [-1n, startUs],
};

const scalars = Object.keys(samples) as ScalarType[];

const features: readonly OfflineFeature[] = [
  ...scalars.map((type) => feature(type, 0)),
  ...scalars.map((type) => feature(`${type}_LIST`, 0)),
  feature("FLOAT_VECTOR", 2),
].map((each, i) => ({ ...each, number: i + 1 }));

function feature(type: FeatureType, dimension: number): OfflineFeature {
  return { name: `f_${type.toLowerCase()}`, type, dimension, number: 0 };
}

const history: ViewHistory = {
  viewId: 4_294_967_295,
  keys: [
    { name: "k_bool", type: "BOOL" },
    { name: "k_int32", type: "INT32" },
    { name: "k_int64", type: "INT64" },
    { name: "k_string", type: "STRING" },
    { name: "k_bytes", type: "BYTES" },
    { name: "k_timestamp", type: "TIMESTAMP" },
  ],
  features,
  source: undefined,
  segments: [],
  tail: [],
};

const keys: readonly KeyValue[] = [true, -5n, 2n ** 62n, longText, new Uint8Array([0, 1]), startUs];

function valuesOf(variant: 0 | 1): FeatureValue[] {
  const plain = scalars.map((type) => samples[type][variant]);
  const lists = scalars.map((type) => (variant === 0 ? [] : [...samples[type]])) as FeatureValue[];
  return [...plain, ...lists, [Math.fround(0.1), 2]];
}

function row(
  position: bigint,
  values: readonly FeatureValue[],
  stamp: bigint | undefined = startUs,
): HistoryRow {
  return {
    partition: 3,
    position,
    order: (2n ** 63n) | position,
    deleted: false,
    eventTimeUs: startUs + position,
    availableTimeUs: stamp,
    keys,
    features: values,
  };
}

const nulls = features.map(() => null);
const rows = [row(1n, valuesOf(0)), row(2n, valuesOf(1)), row(3n, nulls)];

/** Every type through segments, tail, joins and scans. */
export function types(factory: OfflineEngineFactory): void {
  describe("types", () => {
    const place = useOfflineEngine(factory);

    it("writeSegment() and scanSegments() keep every type, NULL, stamps and tombstones, and leave out rows without a stamp", async () => {
      const deleted = { ...row(4n, nulls), deleted: true };
      const path = place.path("segment.parquet");
      const written = await place.engine.writeSegment(
        path,
        history,
        [...rows, deleted, row(5n, nulls, undefined)].map((each) =>
          each.position === 5n ? { ...each, availableTimeUs: undefined } : each,
        ),
      );
      expect(written).toMatchObject({
        rows: 5,
        eventTimeMinUs: startUs + 1n,
        eventTimeMaxUs: startUs + 5n,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      const read = await decodeAll(place.engine.scanSegments({ ...history, segments: [path] }, neverAborted));
      const expected = [...rows, deleted].map((each) => ({
        keys,
        header: {
          deleted: each.deleted,
          eventTimeUs: each.eventTimeUs,
          order: each.order,
          availableTimeUs: each.availableTimeUs,
        },
        values: each.features,
      }));
      expect(read.sort((a, b) => Number(a.header.order - b.header.order))).toEqual(expected);
    });

    it("trainingSet() returns every type alike from a segment and from the tail", async () => {
      const path = place.path("segment.parquet");
      await place.engine.writeSegment(path, history, rows);
      for (const parts of [{ segments: [path] }, { tail: rows }]) {
        const keyless = {
          ...history,
          ...parts,
          keys: [],
          tail: (parts.tail ?? []).map((each) => ({ ...each, keys: [] })),
        };
        const labels = await writeArrowLabels(
          place.path("labels.arrow"),
          rows.map(({ eventTimeUs }) => ({ key: 1n, atUs: eventTimeUs })),
        );
        const view = {
          name: "v",
          history: keyless,
          labelColumns: [],
          ttlUs: 0n,
          forgetAfterUs: 0n,
          mode: "EVENT_TIME",
        } as const;
        const { table } = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
        for (const [f, { name, type }] of features.entries()) {
          const values = columnValues(table, `v__${name}`).map((value) => plain(value, type));
          expect(values, name).toEqual(rows.map((each) => plain(each.features[f], type)));
        }
      }
    });

    it("trainingSet() answers NULL for a feature that is younger than a segment", async () => {
      const path = place.path("segment.parquet");
      const old = { ...history, features: features.slice(0, 1) };
      await place.engine.writeSegment(path, old, [row(1n, [true])]);
      const view = {
        name: "v",
        history: { ...history, keys: [], segments: [path] },
        labelColumns: [],
        ttlUs: 0n,
        forgetAfterUs: 0n,
        mode: "AVAILABLE",
      } as const;
      const labels = await writeArrowLabels(place.path("labels.arrow"), [{ key: 1n, atUs: startUs + 9n }]);
      const { table } = await readTraining(place.engine, trainingPlan({ labels, views: [view] }));
      expect(columnValues(table, "v__f_bool")).toEqual([true]);
      expect(columnValues(table, "v__f_double_list")).toEqual([null]);
    });
  });
}

interface DecodedRow {
  readonly keys: unknown;
  readonly header: ReturnType<typeof readHeader>;
  readonly values: FeatureValue[];
}

async function decodeAll(batches: AsyncIterable<EncodedRows>): Promise<DecodedRow[]> {
  const codec = compileRowCodec(features);
  const decoded: DecodedRow[] = [];
  for await (const batch of batches) {
    batch.rows.forEach((bytes, i) =>
      decoded.push({
        keys: decodeKey(
          history.keys.map(({ type }) => type),
          batch.entityKeys[i]!,
        ),
        header: readHeader(bytes),
        values: codec.decode(payloadOf(bytes)),
      }),
    );
  }
  return decoded;
}

/** Arrow gives instants as ms and lists as vectors; both sides come down to arrays, and instants to ms. */
function plain(value: unknown, type: FeatureType): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return [...value];
  if (typeof value === "object" && Symbol.iterator in value) {
    const element = elementType(type);
    return Array.from(value as Iterable<unknown>, (item) => plain(item, element));
  }
  return type === "TIMESTAMP" && typeof value === "bigint" ? Number(value) / 1000 : value;
}
