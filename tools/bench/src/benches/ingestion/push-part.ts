import { createTimewellClient } from "@timewell/client";
import { pushDescriptor } from "@timewell/model";
import type { BenchResult } from "../../bench.ts";
import { featureNames, startUs } from "../../fixtures/history-sql.ts";
import { MessageStream } from "../../harness/message-stream.ts";
import { randomIntegers } from "../../harness/random.ts";
import { runRounds } from "../../harness/round-robin.ts";
import { LogCopy } from "../../peers/log-copy.ts";
import { readProject } from "../serving/typed-reader.ts";
import { batchRows, ingestionFigures } from "./figures.ts";
import type { IngestionWorld } from "./ingestion-world.ts";
import {
  pushesInFlight,
  requireAcknowledged,
  typedPushes,
  type TypedRow,
  untilApplied,
} from "./push-events.ts";
import { readLog } from "./read-log.ts";

/** Times a push stream against bare COPY of the same rows into the same table. */
export async function measurePush(world: IngestionWorld): Promise<BenchResult> {
  const { rows, rounds: roundsMax } = world.sizes.push;
  const name = "push_stream_vs_copy";
  await using started = new AsyncDisposableStack();
  const server = await world.stack.startIngestion();
  started.defer(() => server.stop());
  const client = createTimewellClient({ ingestionUrl: server.url });
  started.defer(() => client.close());
  const registry = createTimewellClient({ registryUrl: world.stack.registryUrl });
  started.defer(() => registry.close());
  const view = (await readProject(registry)).views.get("pushed")!.at(-1)!;
  const service = pushDescriptor(view);
  const stream = new MessageStream(server.url, `/${service.typeName}/PushStream`);
  started.defer(() => stream.close());
  const copy = await LogCopy.open(world.stack.databaseUrl);
  started.defer(() => copy.close());

  const messages = typedPushes(service, randomRows(rows));
  const ours = async (): Promise<number> => {
    const start = performance.now();
    const answers = await stream.send(messages, pushesInFlight);
    const ms = performance.now() - start;
    answers.forEach(requireAcknowledged);
    await untilApplied(client);
    return (rows / ms) * 1000;
  };
  await ours();
  const logRows = await readLog(world, rows);
  const peer = () => copy.run(logRows, batchRows);
  const counted = Math.min(world.context.pairs ?? Infinity, roundsMax);
  const rates = await runRounds(counted, { ours, peer });
  const ratio = rates.ratio("ours", "peer");
  const { unit, target, better } = ingestionFigures[name]!;
  const shown = (side: string) => `${(rates.rate(side) / 1000).toFixed(1)} k rows/s`;
  return {
    figures: [{ name, value: ratio.median, unit, target, better, ours: shown("ours"), peer: shown("peer") }],
    details: [
      { name: `${name}_ours`, value: rates.rate("ours"), unit: "rows/s" },
      { name: `${name}_peer`, value: rates.rate("peer"), unit: "rows/s" },
      { name: `${name}_share_min`, value: ratio.min, unit },
      { name: `${name}_share_max`, value: ratio.max, unit },
    ],
  };
}

/** Random rows, each under a key of its own. */
function randomRows(rows: number): TypedRow[] {
  const random = randomIntegers(1);
  return Array.from({ length: rows }, (_, number) => ({
    keys: { entityId: BigInt(number) },
    features: Object.fromEntries(featureNames.map((feature) => [feature, random(1_000_000) / 997])),
    eventTimeUs: startUs + BigInt(number),
  }));
}
