import { create } from "@bufbuild/protobuf";
import {
  GetTrainingSetRequestSchema,
  type OfflineSnapshot,
  OfflineSnapshotSchema,
  type Receipt,
  ReceiptSchema,
} from "@timewell/contracts";
import type { TrainingSetEntry } from "@timewell/store-ports";

/** A snapshot with something in every field. */
export function trainingSnapshot(snapshotId = "5a".repeat(32)): OfflineSnapshot {
  return create(OfflineSnapshotSchema, {
    snapshotId,
    manifestVersion: 9_007_199_254_740_993n,
    logPositions: Array.from({ length: 64 }, (_, partition) => BigInt(partition)),
    unavailable: [{ partition: 63, first: 5n, last: 6n }],
    sourceFiles: [{ path: "hourly/ä.parquet", bytes: 5_000_000_000n, sha256: "cd".repeat(32) }],
  });
}

/** An id whose 32 digits end in the text. */
export function trainingSetId(end: string): string {
  return `ts_${end.padStart(32, "0")}`;
}

/** The entry of a training set of `trainingSnapshot()`, with numbers that need more than 32 bits. */
export function trainingEntry(parts: Partial<TrainingSetEntry> = {}): TrainingSetEntry {
  return {
    trainingSetId: trainingSetId("1"),
    project: "rides",
    featureService: "delay_v1",
    registryVersion: 5_000_000_000n,
    graceUs: 2_592_000_000_000n,
    snapshotId: trainingSnapshot().snapshotId,
    labelsDigest: "ab".repeat(32),
    labelsKept: false,
    rows: 5_000_000_000,
    request: create(GetTrainingSetRequestSchema, {
      project: "rides",
      selection: { case: "featureService", value: "delay_v1" },
      columns: ["origin__delay"],
    }),
    createdAtUs: 1_700_000_000_000_000n,
    createdBy: "ann",
    ...parts,
  };
}

/** The receipt of a training set, or of a shard of it. */
export function trainingReceipt(
  of: string,
  shard?: { readonly index: number; readonly count: number },
  digest = "ef".repeat(32),
): Receipt {
  return create(ReceiptSchema, {
    trainingSetId: of,
    rows: 5_000_000_000n,
    digest,
    formatVersion: 1,
    warnings: ["Label times without a zone are read as UTC"],
    ...(shard && { shard }),
  });
}
