import path from "node:path";
import { createTimewellClient } from "@timewell/client";
import { type CompiledProject, pushDescriptor } from "@timewell/model";
import { ensureLoadGenerator } from "@timewell/setup";
import type { BenchResult } from "../../bench.ts";
import { windows } from "../../fixtures/ingestion-definitions.ts";
import { MessageStream } from "../../harness/message-stream.ts";
import { randomIntegers } from "../../harness/random.ts";
import { type RatedRun, runRounds } from "../../harness/round-robin.ts";
import { requestIds } from "../serving/request-ids.ts";
import { countedLoad, grpcLoad, typedBodies } from "../serving/throughput.ts";
import { readProject, TypedReader } from "../serving/typed-reader.ts";
import { ingestionFigures } from "./figures.ts";
import type { IngestionWorld } from "./ingestion-world.ts";
import { pushAll, typedPushes, type TypedRow } from "./push-events.ts";
import { tileStorage } from "./tile-storage.ts";

const services = { windowed: "window_values", plain: "plain_values" } as const;
const deadlineS = 5;
const minuteUs = 60_000_000n;
const dayUs = 1_440n * minuteUs;

/** Times typed reads of a windowed view against those of a plain one, and weighs tiles against events. */
export async function measureWindows(world: IngestionWorld): Promise<BenchResult> {
  await using started = new AsyncDisposableStack();
  const registry = createTimewellClient({ registryUrl: world.stack.registryUrl });
  started.defer(() => registry.close());
  const compiled = await readProject(registry);
  await pushBoth(world, compiled);
  const server = await world.stack.startServing([]);
  started.defer(() => server.stop());
  const results: BenchResult[] = [];
  for (const keys of [1, 100]) results.push(await measureKeys(world, compiled, server.url, keys));
  return {
    figures: results.flatMap(({ figures }) => figures),
    details: results.flatMap(({ details }) => details),
    tables: [tileStorage(compiled.views.get("windowed")!.at(-1)!)],
  };
}

async function measureKeys(
  world: IngestionWorld,
  compiled: CompiledProject,
  url: string,
  keys: number,
): Promise<BenchResult> {
  const { windows: sizes } = world.sizes;
  const ids = requestIds(sizes.bodies, keys, sizes.keys);
  const loadWorld = { h2load: ensureLoadGenerator(), sizes: { bodiesPerSlice: sizes.bodies / 2, deadlineS } };
  await using started = new AsyncDisposableStack();
  const sides: Record<string, RatedRun> = {};
  for (const [side, service] of Object.entries(services)) {
    const reader = new TypedReader(compiled, service, url);
    started.defer(() => reader.close());
    const folder = path.join(world.folder, side);
    const load = grpcLoad(
      loadWorld,
      `${url}${reader.path}`,
      await typedBodies({ folder }, reader, keys, ids),
    );
    sides[side] = () => countedLoad(load, sizes.sliceMs, url, reader.path, () => 0);
  }
  const counted = Math.min(world.context.pairs ?? Infinity, sizes.rounds);
  const rates = await runRounds(counted, sides);
  const ratio = rates.ratio("windowed", "plain");
  const name = `windowed_vs_plain_${keys}`;
  const { unit, target, better } = ingestionFigures[name]!;
  const shown = (side: string) => `${(rates.rate(side) / 1000).toFixed(1)} k req/s`;
  const sided = { ours: shown("windowed"), peer: shown("plain") };
  return {
    figures: [{ name, value: ratio.median, unit, target, better, ...sided }],
    details: [
      { name: `${name}_ours`, value: rates.rate("windowed"), unit: "req/s" },
      { name: `${name}_peer`, value: rates.rate("plain"), unit: "req/s" },
    ],
  };
}

/** Pushes a row of every key, and its events: a fifth of them in the last minutes, so that no window is ever empty, others up to 60 days back. */
async function pushBoth(world: IngestionWorld, compiled: CompiledProject): Promise<void> {
  const { keys, events } = world.sizes.windows;
  const server = await world.stack.startIngestion();
  const client = createTimewellClient({ ingestionUrl: server.url });
  const random = randomIntegers(2);
  const nowUs = BigInt(Date.now()) * 1000n;
  const rows = Array.from({ length: keys }, (_, key) => key).map((key): TypedRow => {
    const features = Object.fromEntries(
      windows.map((window) => [`amount${capital(window)}`, random(1_000_000) / 997]),
    );
    return { keys: { entityId: BigInt(key) }, features, eventTimeUs: nowUs - 60n * minuteUs };
  });
  const agesUs = () =>
    random(5) === 0 ? BigInt(random(5 * 60_000_000)) : (60n * dayUs * BigInt(random(1_000_000))) / 1_000_000n;
  const happened = Array.from({ length: keys * events }, (_, i): TypedRow => {
    const ageUs = i < keys ? BigInt(random(60_000_000)) : agesUs();
    return {
      keys: { entityId: BigInt(i % keys) },
      features: { amount: random(1_000_000) / 997 },
      eventTimeUs: nowUs - ageUs,
    };
  });
  try {
    for (const [name, all] of [
      ["plain", rows],
      ["windowed", happened],
    ] as const) {
      const service = pushDescriptor(compiled.views.get(name)!.at(-1)!);
      const stream = new MessageStream(server.url, `/${service.typeName}/PushStream`);
      await pushAll(stream, client, typedPushes(service, all));
      stream.close();
    }
  } finally {
    client.close();
    await server.stop();
  }
}

/** `1h` as the local name of a field ends with it. */
function capital(window: string): string {
  return window[0]!.toUpperCase() + window.slice(1);
}
