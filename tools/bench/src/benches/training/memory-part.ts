import type { BenchResult } from "../../bench.ts";
import { TreeMemory } from "../../harness/tree-memory.ts";
import { peakMemory } from "../../harness/peak-memory.ts";
import { memoryLimitMiB, trainingFigures } from "./figures.ts";
import { timewellSide } from "./join-sides.ts";
import type { JoinSize } from "./training-sizes.ts";
import type { TrainingWorld } from "./training-world.ts";

/** Peak memory of a fresh retrieval server and its child, while they make a training set in each mode. */
export async function measureMemory(
  world: TrainingWorld,
  name: string,
  size: JoinSize,
): Promise<BenchResult> {
  await using started = new AsyncDisposableStack();
  const server = await world.stack.startRetrieval();
  started.defer(() => server.stop());
  const client = await world.startSide("join_timewell");
  started.defer(() => client.stop());
  using memory = new TreeMemory(server.pid);
  const { ms } = await timewellSide(world, client, server, size)();
  const { ms: availableMs } = await timewellSide(world, client, server, size, "AVAILABLE")();
  const peaks = peakMemory(server.pid);
  const mebibytes = (bytes: number): number => bytes / 2 ** 20;
  const { unit, target, better } = trainingFigures[name]!;
  const figure = {
    name,
    value: mebibytes(peaks.together),
    unit,
    target,
    better,
    ours: `${mebibytes(peaks.server).toFixed(0)} + ${mebibytes(peaks.children).toFixed(0)} MiB`,
    peer: `limit ${memoryLimitMiB} MiB`,
  };
  const details = [
    { name: `${name}_server`, value: mebibytes(peaks.server), unit: "MiB" },
    { name: `${name}_child`, value: mebibytes(peaks.children), unit: "MiB" },
    { name: `${name}_at_one_time`, value: mebibytes(memory.most), unit: "MiB" },
    { name: `${name}_event_time_took`, value: ms / 1000, unit: "s" },
    { name: `${name}_available_took`, value: availableMs / 1000, unit: "s" },
  ];
  return { figures: [figure], details };
}
