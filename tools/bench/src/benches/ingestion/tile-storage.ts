import type { CompiledView } from "@timewell/model";
import { TileBlob } from "@timewell/transforms";
import type { ReportTable } from "../../bench.ts";
import { randomIntegers } from "../../harness/random.ts";

/** Header and value of an event as a row of its own: 26 bytes and its payload; its key comes to that in any store. */
const eventHeadBytes = 26;
const days = 90;
const dayUs = 86_400_000_000n;
const nowUs = 1_767_225_600_000_000n;

/** What the tiles of an entity take beside its raw events, for more and more events over 90 days. */
export function tileStorage(view: CompiledView): ReportTable {
  const { tiles } = view.windows!;
  const random = randomIntegers(3);
  const rows = [10, 100, 1_000, 10_000, 100_000].map((events) => {
    const blob = new TileBlob(tiles, undefined);
    let rawBytes = 0;
    for (let i = 0; i < events; i++) {
      const ageUs = (BigInt(days) * dayUs * BigInt(random(1_000_000))) / 1_000_000n;
      const values = [random(1_000_000) / 997];
      rawBytes += eventHeadBytes + view.input.codec.encode(values).length;
      blob.add({ eventTimeUs: nowUs - ageUs, order: BigInt(i), values });
    }
    const { length } = blob.bytes();
    return [
      events.toLocaleString("en-US"),
      length.toLocaleString("en-US"),
      rawBytes.toLocaleString("en-US"),
      (length / rawBytes).toFixed(3),
    ];
  });
  return {
    title:
      "Bytes of an entity's tiles (5 windows of one sum) and of its raw events, evenly over 90 days: tiles grow with the hops that have events, up to a bound; events without one",
    head: ["events", "tiles, bytes", "raw events, bytes", "ratio"],
    rows,
  };
}
