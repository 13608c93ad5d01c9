import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { timeMaxUs } from "@timewell/ttl";
import { describe, expect, it } from "vitest";
import { WireReader } from "@timewell/row";

import { RequestInputs, type RequestInput } from "./request-inputs.ts";

const inputs: readonly RequestInput[] = [
  { name: "planned", number: 3, type: "INT32", dimension: 0 },
  { name: "gate", number: 4, type: "STRING", dimension: 0 },
  { name: "at", number: 5, type: "TIMESTAMP", dimension: 0 },
  { name: "mood", number: 6, type: "FLOAT_VECTOR", dimension: 2 },
  { name: "flags", number: 7, type: "BOOL_LIST", dimension: 0 },
];

function read(bytes: Uint8Array) {
  return new RequestInputs(inputs).read(new WireReader(bytes, "EntityRow"), bytes.length, 7);
}
const writer = () => new BinaryWriter();

describe("RequestInputs", () => {
  it("reads what is there, the last of two, and NULL for the rest", () => {
    const row = writer().tag(3, WireType.Varint).int32(5).tag(99, WireType.Bit32).fixed32(1);
    expect(read(row.tag(3, WireType.Varint).int32(-6).finish())).toEqual([-6, null, null, null, null]);
    const empty = writer().tag(4, WireType.LengthDelimited).string("");
    expect(read(empty.finish())).toEqual([null, "", null, null, null]);
  });

  it("joins a list that comes in very many parts without copying it for each", () => {
    const part = (flags: Uint8Array) =>
      writer()
        .tag(7, WireType.LengthDelimited)
        .bytes(writer().tag(1, WireType.LengthDelimited).bytes(flags).finish());
    const empty = Buffer.alloc(2 * 300_000, Buffer.of(7 * 8 + WireType.LengthDelimited, 0));
    const bytes = Buffer.concat([
      part(new Uint8Array(60_000)).finish(),
      empty,
      part(Uint8Array.of(1)).finish(),
    ]);
    const flags = read(bytes)[4] as boolean[];
    expect(flags).toHaveLength(60_001);
    expect(flags.at(-1)).toBe(true);
  });

  const floats = writer().tag(1, WireType.LengthDelimited).bytes(new Uint8Array(4)).finish();
  const wrong: [string, Uint8Array, string][] = [
    [
      "another wire type",
      writer().tag(3, WireType.Bit64).fixed64(1n).finish(),
      "rows[7].planned: it is not written as INT32. Send planned as INT32.",
    ],
    [
      "text that is not UTF-8",
      writer()
        .tag(4, WireType.LengthDelimited)
        .bytes(new Uint8Array([255]))
        .finish(),
      "rows[7].gate: it is not written as STRING",
    ],
    [
      "a time out of range",
      writer()
        .tag(5, WireType.Varint)
        .int64(timeMaxUs + 1n)
        .finish(),
      "rows[7].at: got 253402300800000000",
    ],
    [
      "a vector of another dimension",
      writer().tag(6, WireType.LengthDelimited).bytes(floats).finish(),
      "rows[7].mood: got 1 elements, expected 2 elements",
    ],
    [
      "a damaged list",
      writer()
        .tag(6, WireType.LengthDelimited)
        .bytes(new Uint8Array([10, 9]))
        .finish(),
      "rows[7].mood: it is not written as FLOAT_VECTOR",
    ],
    ["a value that is cut off", new Uint8Array([3 << 3]), "its bytes are no EntityRow"],
  ];
  for (const [what, bytes, message] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => read(bytes)).toThrow(expect.objectContaining({ kind: "INVALID_REQUEST" }) as Error);
      expect(() => read(bytes)).toThrow(message);
    });
  }
});
