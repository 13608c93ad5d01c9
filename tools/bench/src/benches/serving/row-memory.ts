import type { BenchResult } from "../../bench.ts";
import { servingFigures } from "./figures.ts";
import type { ServingWorld } from "./serving-world.ts";

const name = "redis_bytes_per_row";

/** What a row takes in Redis, from what Redis allocated while the rows were written. */
export function measureRowMemory({ bytesPerRow }: ServingWorld): BenchResult {
  const { ours, feast = NaN } = bytesPerRow;
  const { unit, target, better } = servingFigures[name]!;
  return {
    figures: [
      {
        ...{ name, value: ours / feast, unit, target, better },
        ours: `${ours.toFixed(0)} bytes`,
        peer: `${feast.toFixed(0)} bytes`,
      },
    ],
    details: [
      { name: `${name}_ours`, value: ours, unit: "bytes" },
      { name: `${name}_feast`, value: feast, unit: "bytes" },
    ],
  };
}
