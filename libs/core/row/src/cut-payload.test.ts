import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rows } from "./feature-value.testdata.ts";
import { compileRowCodec, cutPayload, cutPayloadInto, fieldMask } from "./index.ts";

const dataLoss = expect.objectContaining({ kind: "DATA_LOSS" });

describe("cutPayload()", () => {
  test("gives the bytes of encoding the wanted fields alone", () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.boolean()), ([fields, values], coins) => {
        const kept = fields.map(() => coins.next().value as boolean);
        const wanted = fields.filter((_, i) => kept[i]);
        const payload = compileRowCodec(fields).encode(values);
        const expected = compileRowCodec(wanted).encode(values.filter((_, i) => kept[i]));
        const cut = cutPayload(payload, fieldMask(wanted.map(({ number }) => number)));
        expect(Buffer.from(cut)).toEqual(Buffer.from(expected));
      }),
      { numRuns: 500 },
    );
  });

  test("reads field numbers above 15, and skips those above every wanted one", () => {
    const payload = Buffer.from("0801" + "900102" + "c8bb0103", "hex");
    expect(Buffer.from(cutPayload(payload, fieldMask([18]))).toString("hex")).toBe("900102");
    expect(Buffer.from(cutPayload(payload, fieldMask([1, 3001]))).toString("hex")).toBe("0801c8bb0103");
  });

  test.for(["88", "0880", "0900", "0a02", "0affffffffffffffffff01", "0b", "08ffffffffffffffffffff01"])(
    "says DATA_LOSS for %s",
    (payload) => {
      expect(() => cutPayload(Buffer.from(payload, "hex"), fieldMask([1]))).toThrow(dataLoss);
      expect(() => cutPayload(Buffer.from(payload, "hex"), fieldMask([]))).toThrow(dataLoss);
    },
  );
});

describe("cutPayloadInto()", () => {
  test("writes from the given place on and returns where the copy ends", () => {
    const target = Buffer.alloc(8, 0xee);
    const payload = Buffer.from("08011002", "hex");
    expect(cutPayloadInto(target, 3, payload, fieldMask([2]))).toBe(5);
    expect(target.toString("hex")).toBe("eeeeee1002eeeeee");
  });
});
