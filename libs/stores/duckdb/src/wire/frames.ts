/**
 * What travels from a worker to its parent over the pipe: `[kind u8][length u32][payload]`, little-endian.
 *
 * - `schema`, `batch`: pieces of a training set with a structured head (`headed-payload.ts`): the rows it covers, what was counted;
 * - `rows`: a piece of another result;
 * - `result`: the structured value that ends a job;
 * - `error`: the structured error that ends a job.
 */
export const frameKinds = { schema: 1, batch: 2, rows: 3, result: 4, error: 5 } as const;

/** Kind of a frame. */
export type FrameKind = keyof typeof frameKinds;

/** Bytes before the payload. */
export const frameHeadBytes = 5;

/** Most bytes of a payload. */
export const framePayloadMax = 2 ** 32 - 1;

/** A frame as the parent reads it. */
export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Buffer;
}

/** Head of a frame with a payload of `length` bytes. */
export function frameHead(kind: FrameKind, length: number): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head[0] = frameKinds[kind];
  head.writeUInt32LE(length, 1);
  return head;
}

/** Kind of a frame by its first byte; undefined for a byte that is none. */
export function frameKindOf(byte: number): FrameKind | undefined {
  return kindsByByte.get(byte);
}

const kindsByByte = new Map<number, FrameKind>(
  (Object.entries(frameKinds) as [FrameKind, number][]).map(([kind, byte]) => [byte, kind]),
);
