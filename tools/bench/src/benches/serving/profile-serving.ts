import path from "node:path";
import type { BenchResult, ReportTable } from "../../bench.ts";
import { selfTimes, type SelfTime } from "../../harness/cpu-profile.ts";
import { costParts } from "./cost-parts.ts";
import { requestIds } from "./request-ids.ts";
import { servingArgs } from "./serving-sizes.ts";
import type { ServingWorld } from "./serving-world.ts";
import { grpcLoad, typedBodies } from "./throughput.ts";
import { TypedReader } from "./typed-reader.ts";

const functionsShown = 15;
const slicesPerProfile = 2;

/** Loads a fresh server for each number of rows, lets it leave a profile, and says where the time of the loaded part went. */
export async function profileServing(world: ServingWorld, folder: string): Promise<BenchResult> {
  const tables: ReportTable[] = [];
  const details: BenchResult["details"][number][] = [];
  for (const rows of [1, 10, 100]) {
    world.context.say(`Profiling typed Get of ${rows} rows`);
    const { file, fromUs, toUs, perSecond } = await profileLoad(world, folder, rows);
    const times = selfTimes(file, fromUs, toUs);
    const parts = costParts(times);
    tables.push(
      {
        title: `${rows} rows, ${perSecond.toFixed(0)} req/s with the profiler on: share of busy time, by part`,
        head: ["part", "share"],
        rows: parts.map(({ part, share }) => [part, percent(share)]),
      },
      {
        title: `${rows} rows: the functions with the most time of their own`,
        head: ["function", "where", "share"],
        rows: topFunctions(times),
      },
    );
    details.push(
      ...parts.map(({ part, share }) => ({
        name: `profile_${rows}: ${part}`,
        value: share * 100,
        unit: "%",
      })),
    );
    world.context.say(`  left ${file}`);
  }
  return { figures: [], details, tables };
}

async function profileLoad(
  world: ServingWorld,
  folder: string,
  rows: number,
): Promise<{ file: string; fromUs: number; toUs: number; perSecond: number }> {
  const { stack, compiled, sizes } = world;
  const name = `serving-${rows}`;
  const server = await stack.startServing(servingArgs(sizes), { folder, name });
  const typed = new TypedReader(compiled, "model", server.url);
  try {
    const ids = requestIds(sizes.bodies, rows, sizes.keys);
    const load = grpcLoad(world, `${server.url}${typed.path}`, await typedBodies(world, typed, rows, ids));
    await load.run(sizes.sliceMs);
    const fromUs = monotonicUs();
    let perSecond = 0;
    for (let slice = 0; slice < slicesPerProfile; slice++) {
      perSecond += (await load.run(sizes.sliceMs)).perSecond / slicesPerProfile;
    }
    return { file: path.join(folder, `${name}.cpuprofile`), fromUs, toUs: monotonicUs(), perSecond };
  } finally {
    typed.close();
    await server.stop();
  }
}

/** V8 writes its profiles in this clock. */
function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function topFunctions(times: readonly SelfTime[]): string[][] {
  const total = times.reduce((sum, { us }) => sum + us, 0);
  return times.slice(0, functionsShown).map(({ name, url, line, owner, us }) => {
    const where = url === "" ? `native, for ${short(owner)}` : `${short(url)}:${line}`;
    return [name, where, percent(us / total)];
  });
}

/** The end of a path, enough to find the file. */
function short(url: string): string {
  if (url === "") return "V8";
  return url.replace(/^.*\/node_modules\//, "").replace(/^file:\/\/.*\/(?=(apps|libs)\/)/, "");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
