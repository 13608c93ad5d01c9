import path from "node:path";
import { redisKey } from "@timewell/keys";
import { readCallCounts } from "../../harness/call-counts.ts";
import { grpcFrameBytes } from "../../harness/grpc-frame.ts";
import { Load, type LoadBody } from "../../harness/load.ts";
import { rateText } from "../../harness/rate-text.ts";
import { runRounds, type RatedRun, type Rounds } from "../../harness/round-robin.ts";
import type { EchoPeer } from "../../peers/echo-peer.ts";
import { feastRestBody, feastRestPath, postFeast, type FeastAsk } from "./feast-rest.ts";
import { LiveWriter } from "./live-writer.ts";
import { grpcHeaders, writeBodies, writeGrpcBodies } from "./load-files.ts";
import { requestIds } from "./request-ids.ts";
import type { ServingPeers } from "./serving-peers.ts";
import type { ServingSizes } from "./serving-sizes.ts";
import type { TypedReader } from "./typed-reader.ts";
import { entityKey, type ServingWorld } from "./serving-world.ts";

/** What is measured side by side. */
export type Side = "typed" | "echo" | "ioredis" | "feast" | "feastList" | "feastGrpc";

/** Processes of the load generator at a time, and requests on the way of each: 64 together, as for bare ioredis. */
export const loadLanes = 8;
export const loadInFlightPerLane = 8;

/** Connections to Feast's server, the number at which it answers most requests. */
export const feastConnections = 8;

/** Measures all sides with the same requests of so many rows, while rows are written. */
export async function measureThroughput(
  world: ServingWorld,
  peers: ServingPeers,
  rows: number,
  wanted: readonly Side[],
): Promise<Rounds> {
  const { sizes } = world;
  const ids = requestIds(sizes.bodies, rows, sizes.keys);
  const writer = new LiveWriter({
    ids: ids.flat(),
    write: world.write,
    read: (asked) => peers.typed.read(asked),
  });
  const sides: Record<string, RatedRun> = {};
  for (const side of wanted) {
    const run = await makeSide[side]({ world, peers, rows, ids, writer });
    sides[side] = () => writer.during(run);
  }
  const rounds = await runRounds(sizes.rounds, sides);
  await writer.restore();
  const rates = wanted.map((side) => `${side} ${rateText(rounds.rate(side))}`);
  world.context.say(`  ${rates.join(", ")}`);
  world.context.say(`  ${writer.changes} rows were changed meanwhile, and each change was seen at once`);
  return rounds;
}

/** What a side is made of. */
interface SideInit {
  readonly world: ServingWorld;
  readonly peers: ServingPeers;
  readonly rows: number;
  readonly ids: readonly (readonly number[])[];
  readonly writer: LiveWriter;
}

const makeSide: Readonly<Record<Side, (init: SideInit) => Promise<RatedRun>>> = {
  async typed({ world, peers, rows, ids, writer }) {
    const { typed, server } = peers;
    const bodies = await typedBodies(world, typed, rows, ids);
    const load = grpcLoad(world, `${server.url}${typed.path}`, bodies);
    return () => countedLoad(load, world.sizes.sliceMs, server.url, typed.path, () => writer.reads);
  },

  async echo({ world, peers, rows, ids }) {
    const { echo, typed } = peers;
    const bodies = await typedBodies(world, typed, rows, ids);
    const url = await echo.answerWith(bodies[0]!.answerBytes - grpcFrameBytes);
    const load = grpcLoad(world, `${url}${echo.path}`, bodies);
    return () => countedEcho(load, world.sizes.sliceMs, echo);
  },

  ioredis({ world, peers, ids }) {
    const viewId = world.compiled.views.get("rides")!.at(-1)!.id;
    const keySets = ids.map((request) => request.map((id) => redisKey(viewId, entityKey(id))));
    const inFlight = loadLanes * loadInFlightPerLane;
    return Promise.resolve(() => peers.redisReads.run({ keySets, inFlight, ms: world.sizes.sliceMs }));
  },

  feast: (init) => feastSide(init, "service"),
  feastList: (init) => feastSide(init, "list"),

  async feastGrpc({ world, peers, rows, ids }) {
    const { feastGrpc, server } = peers;
    const answerBytes: number[] = [];
    for (const request of ids) answerBytes.push(grpcFrameBytes + (await feastGrpc.call(request)).length);
    const messages = ids.map((request) => feastGrpc.request(request));
    const folder = path.join(world.folder, "bodies", `feast-grpc-${rows}`);
    const load = grpcLoad(
      world,
      `${server.url}${feastGrpc.path}`,
      writeGrpcBodies(folder, messages, answerBytes),
    );
    return () => countedLoad(load, world.sizes.sliceMs, server.url, feastGrpc.path, () => 0);
  },
};

/** The requests of the typed service; all answers have one length, as all rows have the same doubles. */
export async function typedBodies(
  { folder }: Pick<ServingWorld, "folder">,
  typed: Pick<TypedReader, "call" | "request">,
  rows: number,
  ids: readonly (readonly number[])[],
): Promise<LoadBody[]> {
  const messages = ids.map((request) => typed.request(request));
  const answerBytes = grpcFrameBytes + (await typed.call(ids[0]!)).length;
  const lengths = messages.map(() => answerBytes);
  return writeGrpcBodies(path.join(folder, "bodies", `typed-${rows}`), messages, lengths);
}

/** What a load of gRPC calls needs to know. */
export interface LoadWorld {
  readonly h2load: string;
  readonly sizes: Pick<ServingSizes, "bodiesPerSlice" | "deadlineS">;
}

/** A load of gRPC calls. */
export function grpcLoad({ h2load, sizes }: LoadWorld, url: string, bodies: readonly LoadBody[]): Load {
  const lanes = {
    lanes: loadLanes,
    inFlightPerLane: loadInFlightPerLane,
    bodiesPerSlice: sizes.bodiesPerSlice,
  };
  return new Load({ program: h2load, url, bodies, headers: grpcHeaders(sizes), http1: false, ...lanes });
}

/** A slice on a Timewell server, held against the server's own counts: every call must have ended with OK. */
export async function countedLoad(
  load: Load,
  sliceMs: number,
  url: string,
  methodPath: string,
  otherCalls: () => number,
): Promise<number> {
  const method = methodPath.slice(1);
  const [before, othersBefore] = [await readCallCounts(url, method), otherCalls()];
  const { requests, perSecond } = await load.run(sliceMs);
  const [after, othersAfter] = [await readCallCounts(url, method), otherCalls()];
  // A call of the writer's may be on its way at either end.
  const others = othersAfter - othersBefore;
  const counted = after.ok - before.ok;
  if (counted < requests + others - 2 || counted > requests + others + 2 || after.failed !== before.failed)
    throw new Error(
      `The run is void: the server counted ${counted} calls with OK and ${after.failed - before.failed} others, ` +
        `expected ${requests + others} and 0`,
    );
  return perSecond;
}

async function feastSide({ world, peers, rows, ids }: SideInit, ask: FeastAsk): Promise<RatedRun> {
  const url = peers.feast!.url;
  const texts = ids.map((request) => feastRestBody(ask, request));
  const folder = path.join(world.folder, "bodies", `feast-${ask}-${rows}`);
  const files = writeBodies(
    folder,
    texts.map((text) => Buffer.from(text)),
  );
  const bodies: LoadBody[] = [];
  for (const [i, text] of texts.entries())
    bodies.push({ file: files[i]!, answerBytes: Buffer.byteLength(await postFeast(url, text)) });
  const load = new Load({
    ...{ program: world.h2load, url: `${url}${feastRestPath}`, bodies, http1: true },
    headers: ["content-type:application/json"],
    ...{ lanes: feastConnections, inFlightPerLane: 1, bodiesPerSlice: world.sizes.bodiesPerSlice },
  });
  return async () => (await load.run(world.sizes.slowSliceMs)).perSecond;
}

/** A slice on the echo, held against its own count. */
export async function countedEcho(load: Load, sliceMs: number, echo: EchoPeer): Promise<number> {
  const before = await echo.calls();
  const { requests, perSecond } = await load.run(sliceMs);
  const counted = (await echo.calls()) - before;
  if (counted !== requests)
    throw new Error(`The run is void: the echo counted ${counted} calls, expected ${requests}`);
  return perSecond;
}
