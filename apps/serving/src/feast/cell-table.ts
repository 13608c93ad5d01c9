import { feastServing, Status } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import { headerBytes, readVarint, skipValue, varintEnd } from "@timewell/row";

import type { StoredRow } from "../typed/gathering.ts";
import type { RowJudge } from "../typed/row-judge.ts";
import type { FeastPlan, FeastUse } from "./feast-plan.ts";
import { SecondsWriter } from "./seconds-writer.ts";

const { FieldStatus } = feastServing;

/** Rows of the store that one request reads. */
export interface FoundRows {
  readonly plan: FeastPlan;
  readonly rowCount: number;
  /** For each row one for each use of the plan, from `from` on. */
  readonly stored: readonly StoredRow[];
  readonly from: number;
  /** One for each use. */
  readonly judges: readonly RowJudge[];
}

const cellsMax = 10_000_000;
/** Memory of more cells than these is given back after a request. */
const cellsKept = 1_000_000;
const storedBytesMax = 64 * 2 ** 20;

const fieldStatusOf: Readonly<Record<Status, feastServing.FieldStatus>> = {
  [Status.UNSPECIFIED]: FieldStatus.INVALID,
  [Status.PRESENT]: FieldStatus.NULL_VALUE,
  [Status.NOT_FOUND]: FieldStatus.NOT_FOUND,
  [Status.EXPIRED]: FieldStatus.OUTSIDE_MAX_AGE,
  [Status.UNAVAILABLE]: FieldStatus.INVALID,
  // What was there before the row that is not valid yet is not known.
  [Status.NEWER]: FieldStatus.NOT_FOUND,
};

/**
 * Turns rows into columns without decoding them: where the value of each feature of each row lies, and what Feast says of it.
 * Cells are in the order of columns, each column in the order of rows. Not safe to use for another request before the answer of
 * one is written.
 */
export class CellTable {
  /** `FieldStatus` of each cell. */
  statuses = new Uint8Array(0);
  /** Where the value of a cell that is PRESENT begins: behind its tag. */
  starts = new Uint32Array(0);
  /** Where it ends. */
  ends = new Uint32Array(0);
  /** `Status` of each row: for each row one for each use. */
  rowStatuses = new Uint8Array(0);
  /** Values of times, as seconds. */
  readonly seconds = new SecondsWriter();

  /** Finds every cell. LIMIT_EXCEEDED over 10,000,000 cells or 64 MiB of rows, DATA_LOSS where a row is damaged. */
  locate(found: FoundRows): void {
    const { plan, rowCount, stored, from, judges } = found;
    const { uses, columns } = plan;
    const cells = columns.length * rowCount;
    if (cells > cellsMax) throw tooLarge(`${cells} values`, `${cellsMax} values`);
    if (this.statuses.length < cells || this.statuses.length > Math.max(cells, cellsKept))
      this.#resize(cells);
    if (this.rowStatuses.length < rowCount * uses.length)
      this.rowStatuses = new Uint8Array(rowCount * uses.length);
    this.seconds.reset();
    let storedBytes = 0;
    for (let row = 0, i = 0; row < rowCount; row++) {
      for (let u = 0; u < uses.length; u++, i++) {
        const bytes = stored[from + i];
        const status = judges[u]!.judge(bytes);
        this.rowStatuses[i] = status;
        const use = uses[u]!;
        const fieldStatus = fieldStatusOf[status] ?? FieldStatus.INVALID;
        for (const column of use.columns) this.statuses[column * rowCount + row] = fieldStatus;
        if (status !== Status.PRESENT) continue;
        storedBytes += bytes!.length;
        if (storedBytes > storedBytesMax) throw tooLarge("more than 64 MiB of rows", "that");
        this.#locateRow(found, use, bytes!, row);
      }
    }
  }

  #resize(cells: number): void {
    this.statuses = new Uint8Array(cells);
    this.starts = new Uint32Array(cells);
    this.ends = new Uint32Array(cells);
  }

  #locateRow({ plan, rowCount }: FoundRows, { columnOf }: FeastUse, bytes: Uint8Array, row: number): void {
    let at = headerBytes;
    while (at < bytes.length) {
      const tagStart = at;
      let tag = bytes[at++]!;
      if (tag > 0x7f) {
        tag = readVarint(bytes, tagStart);
        at = varintEnd(bytes, tagStart);
      }
      const start = at;
      const wireType = tag & 7;
      at = skipValue(bytes, wireType, at);
      const column = columnOf[tag >>> 3] ?? 0;
      if (column === 0) continue;
      const { value } = plan.columns[column - 1]!;
      if (wireType !== value.wireType) throw damaged();
      const cell = (column - 1) * rowCount + row;
      this.statuses[cell] = FieldStatus.PRESENT;
      if (value.time === "none") {
        this.starts[cell] = start;
        this.ends[cell] = at;
      } else {
        this.starts[cell] = this.seconds.length;
        if (value.time === "one") this.seconds.writeOne(bytes, start);
        else this.seconds.writeList(bytes, start, at);
        this.ends[cell] = this.seconds.length;
      }
    }
  }
}

function damaged(): FeatureStoreError {
  return new FeatureStoreError("DATA_LOSS", "Cannot read a row: its bytes are damaged", {
    hint: "Rebuild the store that holds it from the log.",
  });
}

function tooLarge(what: string, most: string): FeatureStoreError {
  return new FeatureStoreError(
    "LIMIT_EXCEEDED",
    `Cannot answer with ${what}: at most ${most} fit in one answer`,
    {
      field: "entities",
      hint: "Ask for fewer rows or features at once.",
    },
  );
}
