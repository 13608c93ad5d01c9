import type { BenchResult } from "../../bench.ts";
import { servingFigures } from "./figures.ts";
import { requestIds } from "./request-ids.ts";
import type { ServingPeers } from "./serving-peers.ts";
import type { ServingWorld } from "./serving-world.ts";

const name = "two_view_round_trips";
const rows = 10;

/** Counts, by Redis itself, the commands that calls of a service on two views cost, one call after another. */
export async function measureRoundTrips(world: ServingWorld, peers: ServingPeers): Promise<BenchResult> {
  const { redis, sizes } = world;
  const ids = requestIds(sizes.roundTripCalls, rows, sizes.keys);
  await peers.wide.call(ids[0]!);
  await redis.config("RESETSTAT");
  for (const request of ids) await peers.wide.call(request);
  const stats = await redis.info("commandstats");
  const commands = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
    .filter(([, command]) => command !== "config|resetstat" && command !== "info")
    .map(([, command, calls]) => ({ command: command!, calls: Number(calls) }));
  const calls = commands.reduce((sum, command) => sum + command.calls, 0);
  const { unit, target, better } = servingFigures[name]!;
  const figure = {
    ...{ name, value: calls / ids.length, unit, target, better },
    ours: `${calls} commands`,
    peer: `${ids.length} calls`,
  };
  const details = commands.map((command) => ({
    name: `${name}_${command.command}`,
    value: command.calls / ids.length,
    unit: "commands",
  }));
  return { figures: [figure], details };
}
