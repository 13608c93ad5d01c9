import type { BenchResult } from "../../bench.ts";
import { runRounds } from "../../harness/round-robin.ts";
import { compareOnce } from "./compare-joins.ts";
import { peerSide, timewellSide, type JoinSide } from "./join-sides.ts";
import { ratioFigure } from "./ratio-figure.ts";
import { joinQuestion, type TrainingWorld } from "./training-world.ts";

/**
 * Where Feast's rule is ours. Of rows that are equal in these columns it takes any; its store of files also drops labels whose
 * rows are all past the ttl.
 */
const agreements = {
  duckdb: { presentOnly: false, equal: ["event_timestamp", "created_timestamp"] },
  file: { presentOnly: true, equal: ["event_timestamp"] },
} as const;

/** Times our stream against one of Feast's stores, at the smallest size. Feast's result counts from a data frame to an Arrow table. */
export async function measureFeast(
  world: TrainingWorld,
  figureName: string,
  store: "duckdb" | "file",
): Promise<BenchResult> {
  const size = world.sizes.joins[0]!;
  await using started = new AsyncDisposableStack();
  const server = await world.stack.startRetrieval();
  started.defer(() => server.stop());
  const client = await world.startSide("join_timewell");
  started.defer(() => client.stop());
  const worker = await world.startSide("join_feast");
  started.defer(() => worker.stop());
  const ours = timewellSide(world, client, server, size);
  const feast = peerSide(world, worker, size, { store });

  const { presentOnly, equal } = agreements[store];
  const leaveOutKeys = await tiedKeys(world, equal);
  world.context.say(`Comparing with Feast's ${store} store`);
  await compareOnce(`Feast's ${store} store`, ours, feast, { leaveOutKeys, presentOnly });
  const rate = (side: JoinSide) => async (): Promise<number> => 1000 / (await side()).ms;
  const counted = Math.min(world.context.pairs ?? Infinity, world.sizes.feastRounds[store]);
  const rounds = await runRounds(counted, { timewell: rate(ours), feast: rate(feast) });
  const { figure, details } = ratioFigure(figureName, rounds, "timewell", "feast");
  return { figures: [figure], details };
}

/** Keys with rows that are equal in these columns: they are left out when answers are compared. */
async function tiedKeys(world: TrainingWorld, equal: readonly string[]): Promise<readonly number[]> {
  const duckdb = await world.startSide("join_duckdb");
  try {
    const question = { ...joinQuestion(world, world.sizes.joins[0]!), do: "tied", equal };
    return (await duckdb.ask<{ readonly keys: readonly number[] }>(question, 60_000)).keys;
  } finally {
    await duckdb.stop();
  }
}
