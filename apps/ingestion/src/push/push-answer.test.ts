import { create, toBinary } from "@bufbuild/protobuf";
import { PushResponseSchema } from "@timewell/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";

import { encodePushAnswer } from "./push-answer.ts";

const place = fc.record({
  partition: fc.integer({ min: 0, max: 63 }),
  position: fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
});
const refusal = fc.record({ kind: fc.string(), message: fc.string({ maxLength: 300 }) });

test("encodePushAnswer() writes the bytes of protobuf-es", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(place, refusal)), (rows) => {
      const results = rows.map((row) => ("kind" in row ? row : undefined));
      const positions = rows.flatMap((row) => ("kind" in row ? [] : [row]));
      const twin = create(PushResponseSchema, {
        results: rows.map((row) => ({
          outcome:
            "kind" in row
              ? { case: "error" as const, value: row }
              : { case: "position" as const, value: row },
        })),
      });
      expect(Buffer.from(encodePushAnswer(results, positions)).toString("hex")).toBe(
        Buffer.from(toBinary(PushResponseSchema, twin)).toString("hex"),
      );
    }),
  );
});
