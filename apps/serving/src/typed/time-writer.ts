import { Status } from "@timewell/contracts";

const eventTimeAt = 2;
const availableTimeAt = 18;
const timeBytes = 8;

/** Turns the times of a stored row's header (big-endian, sign flipped) into `sfixed64`. */
export const timeWriter = {
  /** True where a row of this status has times to show. */
  shows: (status: number) => status !== Status.NOT_FOUND && status !== Status.UNAVAILABLE,
  /** False where the available time is not recorded. */
  hasAvailableTime(row: Uint8Array): boolean {
    for (let i = availableTimeAt; i < availableTimeAt + timeBytes; i++) if (row[i] !== 0) return true;
    return false;
  },
  /** Returns where it ends. */
  writeEventTime: (out: Uint8Array, at: number, row: Uint8Array) => writeTime(out, at, row, eventTimeAt),
  /** Returns where it ends. */
  writeAvailableTime: (out: Uint8Array, at: number, row: Uint8Array) =>
    writeTime(out, at, row, availableTimeAt),
};

function writeTime(out: Uint8Array, at: number, row: Uint8Array, from: number): number {
  for (let i = 0; i < timeBytes; i++) out[at + i] = row[from + timeBytes - 1 - i]!;
  out[at + timeBytes - 1]! ^= 0x80;
  return at + timeBytes;
}
