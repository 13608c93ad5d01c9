import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareVersion,
  encodeStoredRow,
  headerBytes,
  orderOfCreated,
  orderOfLog,
  orderOfRun,
  payloadOf,
  readHeader,
  writeAvailableTime,
  type RowHeader,
} from "./index.ts";

const times = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n) + 1n, -1n, 0n, 1n, 2n ** 63n - 1n),
);
const orders = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 63n, 2n ** 64n - 1n),
);
const headers: fc.Arbitrary<RowHeader> = fc.record({
  deleted: fc.boolean(),
  eventTimeUs: times,
  order: orders,
  availableTimeUs: fc.option(times, { nil: undefined }),
});
const nothing = new Uint8Array();

describe("encodeStoredRow()", () => {
  test("writes the bytes that are stored since format 1", () => {
    const header = { deleted: true, eventTimeUs: 1n, order: 2n ** 63n + 2n, availableTimeUs: -1n };
    const row = Buffer.from(encodeStoredRow(header, Buffer.of(0xaa, 0xbb)));
    expect(row.toString("hex")).toBe(
      "0101" + "8000000000000001" + "8000000000000002" + "7fffffffffffffff" + "aabb",
    );
    const unstamped = Buffer.from(
      encodeStoredRow({ ...header, deleted: false, availableTimeUs: undefined }, nothing),
    );
    expect(unstamped.toString("hex")).toBe(
      "0100" + "8000000000000001" + "8000000000000002" + "0000000000000000",
    );
  });

  test("is undone by readHeader() and payloadOf()", () => {
    fc.assert(
      fc.property(headers, fc.uint8Array(), (header, payload) => {
        const row = encodeStoredRow(header, payload);
        expect(row).toHaveLength(headerBytes + payload.length);
        expect(readHeader(row)).toEqual(header);
        expect(payloadOf(row)).toEqual(payload);
      }),
    );
  });
});

describe("compareVersion()", () => {
  test("orders rows by event time, then order, and so do bytes 2..18 (semantics 2)", () => {
    const pair = fc.tuple(headers, headers, fc.boolean());
    fc.assert(
      fc.property(pair, ([a, other, isTie]) => {
        const b = isTie ? { ...other, eventTimeUs: a.eventTimeUs } : other;
        const rowA = encodeStoredRow(a, nothing);
        const rowB = encodeStoredRow(b, nothing);
        const expected =
          a.eventTimeUs === b.eventTimeUs ? compare(a.order, b.order) : compare(a.eventTimeUs, b.eventTimeUs);
        expect(Math.sign(compareVersion(rowA, rowB))).toBe(expected);
        expect(Buffer.compare(rowA.subarray(2, 18), rowB.subarray(2, 18))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe("writeAvailableTime()", () => {
  test("changes the available time and nothing else", () => {
    const header = { deleted: false, eventTimeUs: 5n, order: 6n, availableTimeUs: undefined };
    const row = encodeStoredRow(header, Buffer.of(1));
    writeAvailableTime(row, 7n);
    expect(readHeader(row)).toEqual({ ...header, availableTimeUs: 7n });
    expect(payloadOf(row)).toEqual(Uint8Array.of(1));
  });
});

describe("readHeader()", () => {
  test("says DATA_LOSS for a short row, another format, or unknown flags", () => {
    const row = encodeStoredRow({ deleted: false, eventTimeUs: 0n, order: 0n, availableTimeUs: 0n }, nothing);
    const dataLoss = expect.objectContaining({ kind: "DATA_LOSS" });
    expect(() => readHeader(row.subarray(0, 25))).toThrow(dataLoss);
    expect(() => readHeader(row.with(0, 3))).toThrow(dataLoss);
    expect(() => readHeader(row.with(1, 2))).toThrow(dataLoss);
  });
});

describe("orderOfLog()", () => {
  test("beats every order of a batch row and grows with the position", () => {
    expect(orderOfLog(1n)).toBeGreaterThan(orderOfRun(2n ** 23n - 1n, 2 ** 40 - 1));
    expect(orderOfLog(1n)).toBeGreaterThan(orderOfCreated(2n ** 62n - 1n));
    expect(orderOfLog(2n)).toBeGreaterThan(orderOfLog(1n));
    expect(orderOfLog(2n ** 63n - 1n)).toBe(2n ** 64n - 1n);
  });

  test.for([0n, -1n, 2n ** 63n])("refuses position %s", (position) => {
    expect(() => orderOfLog(position)).toThrow(/log position/);
  });
});

describe("orderOfRun()", () => {
  test("puts a later run above every row of an earlier one", () => {
    expect(orderOfRun(2n, 0)).toBeGreaterThan(orderOfRun(1n, 2 ** 40 - 1));
    expect(orderOfRun(1n, 1)).toBe(2n ** 40n + 1n);
  });

  test("refuses a run or row out of range", () => {
    for (const run of [-1n, 2n ** 23n]) expect(() => orderOfRun(run, 0)).toThrow(/materialize run/);
    for (const ordinal of [-1, 2 ** 40]) expect(() => orderOfRun(0n, ordinal)).toThrow(/row of a run/);
  });
});

describe("orderOfCreated()", () => {
  test("grows with the created time, also before 1970", () => {
    expect(orderOfCreated(-(2n ** 62n))).toBe(0n);
    expect(orderOfCreated(0n)).toBe(2n ** 62n);
    expect(orderOfCreated(-1n)).toBeLessThan(orderOfCreated(1n));
  });

  test.for([2n ** 62n, -(2n ** 62n) - 1n])("refuses created time %s", (createdUs) => {
    expect(() => orderOfCreated(createdUs)).toThrow(expect.objectContaining({ kind: "INVALID_VALUE" }));
  });
});

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
