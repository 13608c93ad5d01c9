import { create, toBinary } from "@bufbuild/protobuf";
import { RowErrorSchema } from "@timewell/contracts";
import type { LogPosition } from "@timewell/store-ports";

/** Why a row was refused. */
export interface RefusedRow {
  readonly kind: string;
  readonly message: string;
}

/** What became of the rows of a push, in request order: undefined is a good row, which has the next position. */
export type PendingResults = readonly (RefusedRow | undefined)[];

/** Tag and length of a result and of its position, both numbers with their tags; no part of it is over 127 bytes. */
const resultBytesMax = 2 + 2 + 2 + 11;

/** The bytes of a `PushResponse`, made without objects. Those of a typed `PushResponse` are the same. */
export function encodePushAnswer(results: PendingResults, positions: readonly LogPosition[]): Uint8Array {
  const refusals = results.map((refused) =>
    refused === undefined
      ? undefined
      : toBinary(RowErrorSchema, create(RowErrorSchema, { kind: refused.kind, message: refused.message })),
  );
  let bytes = results.length * resultBytesMax;
  for (const refusal of refusals) bytes += refusal === undefined ? 0 : refusal.length + 16;
  const out = new Uint8Array(bytes);
  let at = 0;
  let next = 0;
  for (const refusal of refusals) {
    if (refusal !== undefined) {
      out[at] = 0x0a;
      at = writeVarint(out, at + 1, 1 + varintBytes(refusal.length) + refusal.length);
      out[at] = 0x12;
      at = writeVarint(out, at + 1, refusal.length);
      out.set(refusal, at);
      at += refusal.length;
      continue;
    }
    const position = positions[next++];
    if (position === undefined) throw new Error("the log gave fewer positions than rows");
    at = writePosition(out, at, position);
  }
  return out.subarray(0, at);
}

function writePosition(out: Uint8Array, start: number, { partition, position }: LogPosition): number {
  let at = start + 4;
  if (partition !== 0) {
    out[at++] = 0x08;
    out[at++] = partition;
  }
  out[at++] = 0x10;
  // Positions are far below 2^53.
  at = writeVarint(out, at, Number(position));
  out[start] = 0x0a;
  out[start + 1] = at - start - 2;
  out[start + 2] = 0x0a;
  out[start + 3] = at - start - 4;
  return at;
}

/** Writes a varint of up to 53 bits; returns where it ends. */
export function writeVarint(out: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7f) {
    out[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  out[at++] = rest;
  return at;
}

/** Bytes of such a varint. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}
