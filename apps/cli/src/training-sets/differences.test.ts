import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Mode, Status, TrainingSetRecordSchema } from "@timewell/contracts";
import { describe, expect, test } from "vitest";
import { differences } from "./differences.ts";

type Init = Exclude<MessageInitShape<typeof TrainingSetRecordSchema>, { readonly $typeName: string }>;

const positions = Array.from({ length: 64 }, (_, partition) => (partition === 3 ? 5n : 0n));
const base = {
  trainingSetId: "ts_1",
  request: { selection: { case: "featureService", value: "delay_v1" }, mode: Mode.AVAILABLE },
  rows: 10n,
  labelsDigest: "aa",
  snapshotId: "s1",
  snapshot: {
    manifestVersion: 1n,
    logPositions: positions,
    sourceFiles: [{ path: "hourly.parquet", bytes: 100n, sha256: "ab".repeat(32) }],
  },
  receipts: [
    {
      featureServiceRevision: 1,
      registryVersion: 4n,
      digest: "dd",
      views: [
        {
          name: "v",
          view: "v",
          version: 1,
          mode: Mode.AVAILABLE,
          statuses: [{ status: Status.PRESENT, rows: 9n }],
        },
      ],
      columns: [{ name: "v__x", nulls: 1n }],
    },
  ],
} satisfies Init;

const record = (parts: Init = {}) => create(TrainingSetRecordSchema, { ...base, ...parts } as Init);
const receipt = base.receipts[0]!;

describe("differences()", () => {
  test("are none between equal training sets", () => {
    expect(differences(record(), record())).toEqual([]);
  });

  test.for<[string, Init, (readonly [string, string, string])[]]>([
    [
      "labels",
      { labelsDigest: "bb", rows: 11n },
      [
        ["Rows", "10", "11"],
        ["Labels", "aa", "bb"],
      ],
    ],
    [
      "mode and options",
      { request: { ...base.request, mode: Mode.EVENT_TIME, maxAgeMs: 3_600_000n } },
      [
        ["Mode", "available", "event-time"],
        ["Max age", "", "1h"],
      ],
    ],
    [
      "service revision, definitions and columns",
      {
        receipts: [
          {
            ...receipt,
            featureServiceRevision: 2,
            registryVersion: 5n,
            columns: [{ name: "v__x", nulls: 2n }, { name: "v__y" }],
          },
        ],
      },
      [
        ["Features", "delay_v1, revision 1", "delay_v1, revision 2"],
        ["Registry version", "4", "5"],
        ["Column order", "v__x", "v__x, v__y"],
        ["Column v__x", "1 NULL, of which 0 EXPIRED", "2 NULL, of which 0 EXPIRED"],
        ["Column v__y", "", "0 NULL, of which 0 EXPIRED"],
      ],
    ],
    [
      "snapshot",
      {
        snapshotId: "s2",
        snapshot: {
          manifestVersion: 2n,
          logPositions: positions.map((position, p) => (p === 3 || p === 4 ? position + 1n : position)),
          unavailable: [{ partition: 4, first: 1n, last: 1n }],
          sourceFiles: [{ path: "hourly.parquet", bytes: 101n, sha256: "cd".repeat(32) }],
        },
      },
      [
        ["Snapshot", "s1", "s2"],
        ["Manifest version", "1", "2"],
        ["Rows of the log", "5", "7"],
        ["Rows not available yet", "0", "1"],
        ["Positions not available yet", "", "4: 1–1"],
        ["Source file hourly.parquet", "100 bytes, abababababab", "101 bytes, cdcdcdcdcdcd"],
        ["Positions of 2 partitions", "3: 5, 4: 0", "3: 6, 4: 1"],
      ],
    ],
    [
      "digest and counts",
      {
        receipts: [
          {
            ...receipt,
            digest: "ee",
            views: [{ ...receipt.views[0]!, statuses: [{ status: Status.EXPIRED, rows: 9n }] }],
          },
        ],
      },
      [
        ["Rows of v PRESENT", "9", "0"],
        ["Rows of v EXPIRED", "0", "9"],
        ["Digest", "dd", "ee"],
      ],
    ],
  ])("tell of %s, and of nothing else", ([, parts, expected]) => {
    expect(differences(record(), record(parts)).map(({ what, a, b }) => [what, a, b])).toEqual(expected);
  });
});
