import { redisKey } from "@timewell/keys";
import type { ApplyOptions, ApplyOutcome, OnlineWrite } from "@timewell/store-ports";
import { counterDigits, epochsKey, outcomeBytes, rowFlags, watermarksKey } from "./apply-script.ts";

/** Rows of one script call at most: Redis answers nobody else meanwhile. */
export const chunkRowsMax = 500;

/** Bytes of rows of one script call at most, where it has more than one row. */
export const chunkBytesMax = 512 * 1024;

/** The arguments of one script call. */
export interface ApplyChunk {
  readonly keys: number;
  readonly args: (Buffer | string)[];
}

/** Where each chunk of the writes ends. At least one chunk, so that an empty batch passes the fence. */
export function chunkEnds(writes: readonly OnlineWrite[]): number[] {
  const ends: number[] = [];
  let bytes = 0;
  let start = 0;
  for (let i = 0; i < writes.length; i++) {
    const rowBytes = writes[i]!.row.length + writes[i]!.entityKey.length;
    if (i > start && (i - start === chunkRowsMax || bytes + rowBytes > chunkBytesMax)) {
      ends.push(i);
      start = i;
      bytes = 0;
    }
    bytes += rowBytes;
  }
  ends.push(writes.length);
  return ends;
}

/** Arguments of the script for `writes[start … end)`. The watermark belongs to the last chunk only. Epochs are remembered by default. */
export function encodeChunk(
  writes: readonly OnlineWrite[],
  start: number,
  end: number,
  { fence, watermark, onEqual }: ApplyOptions,
  remembersEpoch = true,
): ApplyChunk {
  const rows = end - start;
  const flags = Buffer.allocUnsafe(rows);
  const args: (Buffer | string)[] = new Array(rows * 2 + 7);
  args[0] = epochsKey;
  args[1] = watermarksKey;
  args[rows + 2] = fence === undefined ? "" : String(fence.partition);
  args[rows + 3] = fence === undefined ? "" : counterText(fence.epoch);
  args[rows + 4] = watermark === undefined ? "" : counterText(watermark);
  const modes = [onEqual === "replace" ? 1 : 0, fence?.held === true ? 2 : 0, remembersEpoch ? 0 : 4];
  args[rows + 5] = String(modes.reduce((sum, mode) => sum + mode));
  args[rows + 6] = flags;
  let anyExpires = false;
  for (let i = 0; i < rows; i++) {
    const write = writes[start + i]!;
    const expires = write.expiresAtUs !== undefined;
    if (expires) anyExpires = true;
    flags[i] =
      rowFlags.none | (write.stampAvailableTime ? rowFlags.stamp : 0) | (expires ? rowFlags.expires : 0);
    args[i + 2] = redisKey(write.viewId, write.entityKey);
    args[rows + 7 + i] = asBuffer(write.row);
  }
  if (anyExpires) {
    for (let i = start; i < end; i++) args.push(expiryText(writes[i]!.expiresAtUs));
  }
  return { keys: rows + 2, args };
}

/** Adds the outcomes that the script answered for one chunk. */
export function decodeOutcomes(answer: Buffer, outcomes: ApplyOutcome[]): void {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let at = 0; at < answer.length; at += outcomeBytes) {
    const flipped = view.getBigUint64(at + 1);
    outcomes.push({
      written: answer[at] === 0x31,
      availableTimeUs: flipped === 0n ? undefined : BigInt.asIntN(64, flipped ^ (1n << 63n)),
    });
  }
}

/** An epoch or watermark as the script compares it. */
export function counterText(value: bigint): string {
  return value.toString().padStart(counterDigits, "0");
}

/** Milliseconds, rounded up. Redis refuses times at or before the epoch: those are long past anyway. */
function expiryText(expiresAtUs: bigint | undefined): string {
  if (expiresAtUs === undefined) return "";
  const ms = (expiresAtUs + 999n) / 1_000n;
  return ms < 1n ? "1" : ms.toString();
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
