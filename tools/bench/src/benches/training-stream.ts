import { readFile } from "node:fs/promises";
import path from "node:path";
import { createTimewellClient, type LabelsInit, type TimewellClient } from "@timewell/client";
import type { BenchResult } from "../bench.ts";
import { project } from "../fixtures/definitions.ts";
import { featureNames } from "../fixtures/history-sql.ts";
import { arrowDigests } from "../harness/arrow-digests.ts";
import { runPairs } from "../harness/paired-runs.ts";
import { DuckdbPeer, type PeerQuery } from "../peers/duckdb-peer.ts";
import { trainingSql } from "../peers/training-sql.ts";
import type { CoreSetup } from "./core-setup.ts";

/** Greatest time of the stream, as a multiple of the time of bare DuckDB. */
const ratioMax = 2;

/** Asks for the training set of the bench. */
export function requestTrainingSet(client: TimewellClient, view: string, labels: LabelsInit) {
  return client.trainingSet({ project, labels, features: featureNames.map((name) => `${view}:${name}`) });
}

/** Reads a training set to its last batch and returns how many rows the receipt says it has. */
export async function readTrainingSet(
  client: TimewellClient,
  view: string,
  labels: LabelsInit,
): Promise<number> {
  const set = await requestTrainingSet(client, view, labels);
  for await (const bytes of set) if (bytes.length === 0) throw new Error("The stream has an empty part");
  return Number((await set.receipt).rows);
}

/** Times the training stream against bare DuckDB on the same files. */
export async function measureTrainingStream(
  setup: CoreSetup,
  name: string,
  labels: "path" | "upload",
): Promise<BenchResult> {
  const { folder, sizes, stack } = setup;
  const server = await stack.startRetrieval();
  const client = createTimewellClient({ retrievalUrl: server.url });
  const peer = new DuckdbPeer();
  try {
    const arrow = await readFile(path.join(folder, "labels.arrow"));
    const init: LabelsInit = labels === "path" ? { path: "labels.parquet" } : { arrow };
    const query = peerQuery(setup);
    await compareOnce(client, init, peer, query);
    const ours = async (): Promise<number> => {
      const start = performance.now();
      const rows = await readTrainingSet(client, "history", init);
      const ms = performance.now() - start;
      if (rows !== sizes.labels) throw new Error(`Got ${rows} rows for ${sizes.labels} labels`);
      return ms;
    };
    const times = await runPairs(
      setup.context.pairs ?? sizes.pairs,
      ours,
      async () => (await peer.run(query)).ms,
    );
    const figure = {
      name,
      value: times.ratio,
      unit: "× of DuckDB",
      target: ratioMax,
      better: "lower" as const,
      ours: `${times.oursMs.toFixed(0)} ms`,
      peer: `${times.peerMs.toFixed(0)} ms`,
    };
    const details = [
      { name: `${name}_ours`, value: times.oursMs, unit: "ms" },
      { name: `${name}_peer`, value: times.peerMs, unit: "ms" },
      { name: `${name}_ratio_min`, value: times.ratioMin, unit: "×" },
      { name: `${name}_ratio_max`, value: times.ratioMax, unit: "×" },
    ];
    return { figures: [figure], details };
  } finally {
    client.close();
    await peer.stop();
    await server.stop();
  }
}

function peerQuery({ folder, memoryLimitBytes, threads }: CoreSetup): PeerQuery {
  return {
    sql: trainingSql(path.join(folder, "labels.parquet"), path.join(folder, "history.parquet")),
    memoryLimitBytes,
    threads,
    tempDirectory: path.join(folder, "spill-of-the-peer"),
    isDigested: false,
  };
}

/** A quick answer counts only where it is the right one. */
async function compareOnce(
  client: TimewellClient,
  labels: LabelsInit,
  peer: DuckdbPeer,
  query: PeerQuery,
): Promise<void> {
  const set = await requestTrainingSet(client, "history", labels);
  const ours = arrowDigests(await set.bytes());
  const { digests } = await peer.run({ ...query, isDigested: true });
  if (JSON.stringify(ours) === JSON.stringify(digests)) return;
  throw new Error("The training set differs from that of bare DuckDB: their times cannot be compared");
}
