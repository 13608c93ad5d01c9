import path from "node:path";
import type { BenchResult, ReportTable } from "../../bench.ts";
import { grpcFrameBytes } from "../../harness/grpc-frame.ts";
import type { LoadBody } from "../../harness/load.ts";
import { EchoPeer } from "../../peers/echo-peer.ts";
import { selfTimes, type SelfTime } from "../../harness/cpu-profile.ts";
import { costParts } from "./cost-parts.ts";
import { requestIds } from "./request-ids.ts";
import { servingArgs } from "./serving-sizes.ts";
import type { ServingWorld } from "./serving-world.ts";
import { grpcLoad, typedBodies } from "./throughput.ts";
import { TypedReader } from "./typed-reader.ts";

const functionsShown = 15;
const slicesPerProfile = 2;

/** What is profiled: the server for each number of rows, and the echo, to show what the stack alone takes. */
const subjects = [
  { name: "typed-1", rows: 1 },
  { name: "typed-10", rows: 10 },
  { name: "typed-100", rows: 100 },
  { name: "echo-10", rows: 10 },
] as const;

/** Loads fresh processes one after another, lets each leave a profile, and says where the time of the loaded part went. */
export async function profileServing(world: ServingWorld, folder: string): Promise<BenchResult> {
  const tables: ReportTable[] = [];
  const details: BenchResult["details"][number][] = [];
  for (const { name, rows } of subjects) {
    world.context.say(`Profiling ${name}`);
    const { fromUs, toUs, perSecond } = await profileLoad(world, { folder, name }, rows);
    const file = path.join(folder, `${name}.cpuprofile`);
    const times = selfTimes(file, fromUs, toUs);
    const parts = costParts(times);
    tables.push(
      {
        title: `${name}, ${perSecond.toFixed(0)} req/s with the profiler on: share of busy time, by part`,
        head: ["part", "share"],
        rows: parts.map(({ part, share }) => [part, percent(share)]),
      },
      {
        title: `${name}: the functions with the most time of their own`,
        head: ["function", "where", "share"],
        rows: topFunctions(times),
      },
    );
    details.push(
      ...parts.map(({ part, share }) => ({ name: `${name}: ${part}`, value: share * 100, unit: "%" })),
    );
    world.context.say(`  left ${file}`);
  }
  return { figures: [], details, tables };
}

interface LoadedSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly perSecond: number;
}

/** The server answers in either case how long an answer is; the profile is that of the one whose name it has. */
async function profileLoad(
  world: ServingWorld,
  place: { readonly folder: string; readonly name: string },
  rows: number,
): Promise<LoadedSpan> {
  const { stack, compiled, sizes } = world;
  const isEcho = place.name.startsWith("echo");
  await using started = new AsyncDisposableStack();
  const server = await stack.startServing(servingArgs(sizes), isEcho ? undefined : place);
  started.defer(() => server.stop());
  const typed = new TypedReader(compiled, "model", server.url);
  started.defer(() => typed.close());
  const ids = requestIds(sizes.bodies, rows, sizes.keys);
  const bodies = await typedBodies(world, typed, rows, ids);
  if (!isEcho) return await loadFor(world, `${server.url}${typed.path}`, bodies);
  const echo = new EchoPeer(place);
  started.defer(() => echo.stop());
  const url = await echo.answerWith(bodies[0]!.answerBytes - grpcFrameBytes);
  return await loadFor(world, `${url}${echo.path}`, bodies);
}

async function loadFor(world: ServingWorld, url: string, bodies: readonly LoadBody[]): Promise<LoadedSpan> {
  const { sliceMs } = world.sizes;
  const load = grpcLoad(world, url, bodies);
  await load.run(sliceMs);
  const fromUs = monotonicUs();
  let perSecond = 0;
  for (let slice = 0; slice < slicesPerProfile; slice++)
    perSecond += (await load.run(sliceMs)).perSecond / slicesPerProfile;
  return { fromUs, toUs: monotonicUs(), perSecond };
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
