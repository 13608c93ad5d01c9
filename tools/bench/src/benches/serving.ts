import { makeTempFolder, removeTempFolder } from "@timewell/setup";
import type { Bench, BenchContext, BenchResult } from "../bench.ts";
import { sayLoad } from "../harness/say-load.ts";
import { compareAll } from "./serving/compare-all.ts";
import { measureEmbedded } from "./serving/embedded.ts";
import { servingFigures } from "./serving/figures.ts";
import { measureOpenLoop } from "./serving/open-loop.ts";
import { rateDetails, rateFigure } from "./serving/rate-figures.ts";
import { measureRoundTrips } from "./serving/round-trips.ts";
import { measureRowMemory } from "./serving/row-memory.ts";
import { profileServing } from "./serving/profile-serving.ts";
import { sayPeers } from "./serving/say-peers.ts";
import { startServingPeers, type ServingPeers } from "./serving/serving-peers.ts";
import { fullServingSizes, quickServingSizes } from "./serving/serving-sizes.ts";
import { startServingWorld, type ServingWorld } from "./serving/serving-world.ts";
import { measureThroughput, type Side } from "./serving/throughput.ts";

/** The speed of online serving. */
export const serving: Bench = {
  name: "serving",
  summary: "Typed online reads on one Redis: against the limits of the stack and against Feast",
  measures: Object.fromEntries(
    Object.entries(servingFigures).map(([name, { measures }]) => [name, measures]),
  ),
  async run(context) {
    const folder = makeTempFolder("bench");
    const sizes = {
      ...(context.isQuick ? quickServingSizes : fullServingSizes),
      ...(context.pairs === undefined ? {} : { rounds: context.pairs, openLoopRounds: context.pairs }),
    };
    const wanted = wantedFigures(context);
    sayLoad(context);
    const isProfile = context.profileFolder !== undefined;
    const withFeast = !isProfile && wanted.some((name) => servingFigures[name]?.needsFeast === true);
    try {
      await using started = new AsyncDisposableStack();
      const world = await startServingWorld(context, sizes, folder, withFeast);
      started.defer(() => world.stop());
      if (context.profileFolder !== undefined) return await profileServing(world, context.profileFolder);
      const peers = await startServingPeers(world);
      started.defer(() => peers.stop());
      return await measureAll(world, peers, wanted);
    } finally {
      removeTempFolder(folder);
    }
  },
};

function wantedFigures({ only, isQuick, say }: BenchContext): string[] {
  const matching = Object.keys(servingFigures).filter((name) => only?.test(name) ?? true);
  const left = matching.filter((name) => isQuick && servingFigures[name]?.needsFeast === true);
  if (left.length > 0)
    say(`Left out in a quick run, as Feast would have to be installed: ${left.join(", ")}`);
  return matching.filter((name) => !left.includes(name));
}

async function measureAll(
  world: ServingWorld,
  peers: ServingPeers,
  wanted: readonly string[],
): Promise<BenchResult> {
  sayPeers(world, peers);
  const results: BenchResult[] = [];
  await compareAll(world, peers);
  for (const rows of [1, 10, 100]) {
    const names = wanted.filter((name) => servingFigures[name]?.cell?.rows === rows);
    if (names.length > 0) results.push(await measureCell(world, peers, rows, names));
  }
  const others: Readonly<Record<string, () => Promise<BenchResult> | BenchResult>> = {
    open_loop_p99: () => measureOpenLoop(world, peers),
    redis_bytes_per_row: () => measureRowMemory(world),
    two_view_round_trips: () => measureRoundTrips(world, peers),
    lmdb_vs_echo_1: () => measureEmbedded(world, peers),
  };
  for (const [name, measure] of Object.entries(others)) {
    if (!wanted.includes(name)) continue;
    world.context.say(`Measuring ${name}`);
    results.push(await measure());
  }
  await compareAll(world, peers);
  const figures = results.flatMap(({ figures: found }) => found);
  return {
    figures: wanted.flatMap((name) => figures.filter((figure) => figure.name === name)),
    details: results.flatMap(({ details }) => details),
  };
}

async function measureCell(
  world: ServingWorld,
  peers: ServingPeers,
  rows: number,
  names: readonly string[],
): Promise<BenchResult> {
  world.context.say(`Measuring ${names.join(", ")}`);
  const cells = names.map((name) => ({ name, cell: servingFigures[name]!.cell! }));
  const sides = new Set<Side>(cells.flatMap(({ cell }) => [cell.ours, cell.peer]));
  // For the record: the other way to ask Feast.
  if (sides.has("feast") && sides.has("typed")) sides.add("feastList");
  const rounds = await measureThroughput(world, peers, rows, [...sides]);
  const extra = sides.has("feastList")
    ? rateDetails(`typed_vs_feast_list_${rows}`, rounds, "typed", "feastList")
    : [];
  return {
    figures: cells.map(({ name, cell }) => rateFigure(name, rounds, cell.ours, cell.peer)),
    details: [
      ...cells.flatMap(({ name, cell }) => rateDetails(name, rounds, cell.ours, cell.peer)),
      ...extra,
    ],
  };
}
