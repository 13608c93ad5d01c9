import { createHmac, timingSafeEqual } from "node:crypto";

import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { FeatureStoreError } from "@timewell/errors";

import { formatVersion } from "./format-version.ts";
import { type CountsShape, noCounts, type StreamCounts } from "./stream-counts.ts";

const sealBytes = 16;

/** Where a stream stands after a batch: all that another server has to know to go on. */
export interface StreamPosition {
  /** It names what was asked for, the labels and the snapshot. */
  readonly trainingSetId: string;
  readonly shard: { readonly index: number; readonly count: number };
  readonly nextOrdinal: number;
  /** Number of the next batch. */
  readonly nextSequence: number;
  /** Digest so far, 32 bytes. */
  readonly digest: Uint8Array;
  readonly counts: StreamCounts;
}

/** Writes a position as an opaque token, sealed with the key of the store: `[seal, 16 bytes][numbers, ids and digest]`. */
export function encodeToken(position: StreamPosition, key: Uint8Array): Uint8Array {
  const { shard, counts } = position;
  const writer = new BinaryWriter().uint32(formatVersion).string(position.trainingSetId);
  for (const number of [shard.index, shard.count, position.nextOrdinal, position.nextSequence])
    writer.uint64(BigInt(number));
  writer.bytes(position.digest).uint64(BigInt(counts.rows)).uint64(BigInt(counts.rowsInGaps));
  for (const numbers of listsOf(counts)) {
    writer.uint32(numbers.length);
    for (const number of numbers) writer.uint64(BigInt(number));
  }
  const body = writer.finish();
  return Buffer.concat([seal(body, key), body]);
}

/** The training set that a token belongs to. INVALID_REQUEST for bytes that no server of the store made. */
export function tokenTrainingSetId(token: Uint8Array, key: Uint8Array): string {
  return openToken(token, key).string();
}

/** Reads a token. INVALID_REQUEST for bytes that no server of the store made, or that are of a stream with other columns. */
export function decodeToken(token: Uint8Array, key: Uint8Array, shape: CountsShape): StreamPosition {
  const reader = openToken(token, key);
  const trainingSetId = reader.string();
  const [index, count, nextOrdinal, nextSequence] = numbersOf(reader, 4) as [number, number, number, number];
  const digest = reader.bytes();
  const [rows, rowsInGaps] = numbersOf(reader, 2) as [number, number];
  const counts: StreamCounts = { ...noCounts(shape), rows, rowsInGaps };
  for (const numbers of listsOf(counts)) {
    const length = reader.uint32();
    if (length !== numbers.length) throw unusable("it is of a stream with other columns");
    numbers.splice(0, length, ...numbersOf(reader, length));
  }
  return { trainingSetId, shard: { index, count }, nextOrdinal, nextSequence, digest, counts };
}

/** INVALID_REQUEST for a token that cannot be used. */
export function unusable(why: string): FeatureStoreError {
  return new FeatureStoreError("INVALID_REQUEST", `Cannot use the resume token: ${why}`, {
    field: "resume_token",
    hint: "Send the token of the last batch as it came, with the request that it came from",
  });
}

function openToken(token: Uint8Array, key: Uint8Array): BinaryReader {
  const body = token.subarray(sealBytes);
  if (token.length <= sealBytes || !timingSafeEqual(token.subarray(0, sealBytes), seal(body, key)))
    throw unusable("no server of this store made it");
  const reader = new BinaryReader(body);
  const version = reader.uint32();
  if (version !== formatVersion)
    throw unusable(`its stream has format version ${version}, this server makes ${formatVersion}`);
  return reader;
}

function listsOf({ statuses, nulls, computedNulls, failures }: StreamCounts): readonly number[][] {
  return [statuses, nulls, computedNulls, failures];
}

function numbersOf(reader: BinaryReader, length: number): number[] {
  return Array.from({ length }, () => Number(reader.uint64()));
}

function seal(body: Uint8Array, key: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(body).digest().subarray(0, sealBytes);
}
