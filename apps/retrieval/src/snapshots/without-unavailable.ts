import type { LogRow, PositionRange } from "@timewell/store-ports";

/** Log rows as a snapshot saw them: those of its ranges have no available time. Rows and ranges come in order of partition and position. */
export function withoutUnavailable(
  rows: readonly LogRow[],
  ranges: readonly PositionRange[],
): readonly LogRow[] {
  let at = 0;
  return rows.map((row) => {
    while (at < ranges.length && isBefore(ranges[at]!, row)) at += 1;
    const range = ranges[at];
    const isInside = range?.partition === row.partition && range.first <= row.position;
    return isInside && row.availableTimeUs !== undefined ? { ...row, availableTimeUs: undefined } : row;
  });
}

function isBefore({ partition, last }: PositionRange, row: LogRow): boolean {
  return partition === row.partition ? last < row.position : partition < row.partition;
}
