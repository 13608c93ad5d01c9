import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MgetReplies } from "./mget-replies.ts";

type Reply =
  | { readonly kind: "rows"; readonly rows: readonly (Uint8Array | undefined)[] }
  | { readonly kind: "line" | "error"; readonly text: string };

/** What a server would send. */
function encoded(reply: Reply): Buffer {
  if (reply.kind !== "rows") return Buffer.from(`${reply.kind === "line" ? "+" : "-"}${reply.text}\r\n`);
  const elements = reply.rows.flatMap((row) =>
    row === undefined
      ? [Buffer.from("$-1\r\n")]
      : [Buffer.from(`$${row.length}\r\n`), row, Buffer.from("\r\n")],
  );
  return Buffer.concat([Buffer.from(`*${reply.rows.length}\r\n`), ...elements]);
}

function listener(heard: Reply[]) {
  return {
    rows: (rows: readonly (Buffer | undefined)[]) =>
      void heard.push({ kind: "rows", rows: rows.map((row) => row && Uint8Array.from(row)) }),
    line: (text: string) => void heard.push({ kind: "line", text }),
    error: (text: string) => void heard.push({ kind: "error", text }),
  };
}

/** Rows with line ends and marks of RESP inside, too. */
const rows = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 1_000, max: 12_000 }).map((length) => new Uint8Array(length).fill(0x0a)),
  fc
    .array(fc.constantFrom(0x0d, 0x0a, 0x24, 0x2a, 0x30), { maxLength: 20 })
    .map((bytes) => Uint8Array.from(bytes)),
);
const text = fc
  .string({ maxLength: 40 })
  .filter((word) => !/[\r\n]/.test(word) && Buffer.from(word).length === word.length);
const replies = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("rows" as const),
        rows: fc.array(fc.option(rows, { nil: undefined }), { maxLength: 12 }),
      }),
    },
    fc.record({ kind: fc.constantFrom("line" as const, "error" as const), text }),
  ),
  { maxLength: 8 },
);

const pieceBytes = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 900, max: 12_000 }));

describe("MgetReplies", () => {
  it("hears every reply, however the bytes are cut", () => {
    fc.assert(
      fc.property(replies, fc.infiniteStream(pieceBytes), (sent, sizes) => {
        const bytes = Buffer.concat(sent.map(encoded));
        const heard: Reply[] = [];
        const reader = new MgetReplies(listener(heard));
        let read = 0;
        for (let end = 0; end < bytes.length;) {
          end += sizes.next().value as number;
          read = reader.read(bytes.subarray(0, end), read);
        }
        expect(read).toBe(bytes.length);
        expect(heard).toEqual(sent);
      }),
    );
  });

  it.each([
    ["a reply of another kind", ":12\r\n"],
    ["an element of another kind", "*1\r\n:12\r\n"],
    ["a length that is no number", "*1\r\n$1x\r\n"],
  ])("refuses %s", (_, sent) => {
    expect(() => new MgetReplies(listener([])).read(Buffer.from(sent), 0)).toThrow("Redis sent");
  });
});
