import path from "node:path";
import { createTimewellClient, type TimewellClient } from "@timewell/client";
import type { BenchResult } from "../../bench.ts";
import { project } from "../../fixtures/definitions.ts";
import { servedFeatures, servingDefinitions } from "../../fixtures/serving-definitions.ts";
import { startApp } from "../../harness/app-process.ts";
import { grpcFrameBytes } from "../../harness/grpc-frame.ts";
import { runRounds } from "../../harness/round-robin.ts";
import { materializeAll } from "../materialize-rows.ts";
import { compareAnswers } from "./compare-answers.ts";
import { LiveWriter } from "./live-writer.ts";
import { rateDetails, rateFigure } from "./rate-figures.ts";
import { requestIds } from "./request-ids.ts";
import type { ServingPeers } from "./serving-peers.ts";
import type { ServingWorld } from "./serving-world.ts";
import { countedEcho, countedLoad, grpcLoad, typedBodies } from "./throughput.ts";
import { readProject, TypedReader } from "./typed-reader.ts";

const name = "lmdb_vs_echo_1";
const rows = 1;

/** The standalone app, filled with the same rows, against the echo. */
export async function measureEmbedded(world: ServingWorld, peers: ServingPeers): Promise<BenchResult> {
  const { folder, sizes } = world;
  await using started = new AsyncDisposableStack();
  const app = await startApp({
    ...{ app: "standalone", endpoint: "serving", folder, profile: undefined },
    listens: ["registry", "serving", "retrieval", "ingestion", "http"].map((each) => `--${each}-listen`),
    args: ["--data-dir", path.join(folder, "embedded"), "--data-root", folder],
  });
  started.defer(() => app.stop());
  const client = createTimewellClient({
    registryUrl: app.endpoints["registry"]!,
    ingestionUrl: app.endpoints["ingestion"]!,
  });
  started.defer(() => client.close());
  await client.apply(project, servingDefinitions);
  await materializeAll(client, "rides");
  const typed = new TypedReader(await readProject(client), "model", app.url);
  started.defer(() => typed.close());

  const ids = requestIds(sizes.bodies, rows, sizes.keys);
  const compare = (): Promise<void> =>
    compareAnswers(ids, {
      Redis: (asked) => peers.typed.read(asked),
      LMDB: (asked) => typed.read(asked),
    });
  await compare();
  const writer = new LiveWriter({
    ids: ids.flat(),
    read: (asked) => typed.read(asked),
    write: (id, values) => push(client, id, values),
  });
  const bodies = await typedBodies(world, typed, rows, ids);
  const load = grpcLoad(world, `${app.url}${typed.path}`, bodies);
  const echoUrl = await peers.echo.answerWith(bodies[0]!.answerBytes - grpcFrameBytes);
  const echoLoad = grpcLoad(world, `${echoUrl}${peers.echo.path}`, bodies);
  const slice = (): Promise<number> =>
    countedLoad(load, sizes.sliceMs, app.url, typed.path, () => writer.reads);
  const rounds = await runRounds(sizes.rounds, {
    lmdb: () => writer.during(slice),
    echo: () => writer.during(() => countedEcho(echoLoad, sizes.sliceMs, peers.echo)),
  });
  await writer.restore();
  await compare();
  return {
    figures: [rateFigure(name, rounds, "lmdb", "echo")],
    details: rateDetails(name, rounds, "lmdb", "echo"),
  };
}

async function push(client: TimewellClient, id: number, values: readonly number[]): Promise<void> {
  const features = Object.fromEntries(servedFeatures.map((feature, i) => [feature, values[i]!]));
  const rows = [{ keys: { entity_id: id }, features, eventTime: new Date() }];
  const [outcome] = await client.push({ project, view: "rides", rows, wait: "online" });
  if (outcome?.ok !== true) throw new Error(`Cannot push entity ${id}: ${outcome?.message ?? "no outcome"}`);
}
