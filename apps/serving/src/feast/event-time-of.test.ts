import { timeMaxUs, timeMinUs } from "@timewell/ttl";
import fc from "fast-check";
import { expect, it } from "vitest";

import { eventTimeOf } from "./event-time-of.ts";

const times = fc.oneof(
  fc.bigInt({ min: timeMinUs, max: timeMaxUs }),
  fc.constantFrom(
    timeMinUs,
    -1_000_001n,
    -1_000_000n,
    -1n,
    0n,
    1n,
    999_999n,
    1_000_000n,
    2n ** 32n,
    timeMaxUs,
  ),
);

it("eventTimeOf() splits the time of a header as integers do", () => {
  fc.assert(
    fc.property(times, (us) => {
      const flipped = us + 2n ** 63n;
      const over = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
      expect(eventTimeOf(Number(flipped >> 32n), Number(flipped & 0xffffffffn))).toEqual({
        seconds: Number((us - over) / 1_000_000n),
        us: Number(over),
      });
    }),
    { numRuns: Number(process.env["TIMEWELL_RUNS"] ?? 1_000) },
  );
});
