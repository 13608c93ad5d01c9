import {
  createLogger,
  createMetrics,
  Health,
  parseConfig,
  type RunningService,
  serviceOptions,
  startService,
} from "@timewell/service";
import { systemClock } from "@timewell/ttl";

import { IngestionWorld, startUs } from "../ingestion-world.testdata.ts";
import type { IngestionDeps } from "../ingestion-deps.ts";
import { createIngestionServer, type IngestionServer } from "../server.ts";

/** Ingestion on a free port, over stores in memory. */
export interface StartedIngestion extends RunningService {
  readonly world: IngestionWorld;
  readonly server: IngestionServer;
  stop(): Promise<void>;
}

/** Starts it; `change` puts other parts into its place. The appliers stand still, as time does. */
export async function startIngestion(
  change: (deps: IngestionDeps) => Partial<IngestionDeps> = () => ({}),
  args: readonly string[] = [],
): Promise<StartedIngestion> {
  const world = await IngestionWorld.create({ backlogRowsMax: 1_000_000n });
  const parsed = parseConfig(
    { name: "test", version: "0", summary: "", options: serviceOptions("127.0.0.1:0") },
    [...args],
    {},
  );
  if (parsed.kind === "show") throw new TypeError("a test asks for help");
  const log = createLogger({ name: "test", level: "error", destination: { write: () => undefined } });
  const kit = {
    log,
    clock: systemClock(),
    metrics: createMetrics({ processMetrics: false }),
    health: new Health(),
  };
  const server = createIngestionServer({ ...world.deps, ...change(world.deps) });
  const running = await startService({ name: "ingestion", config: parsed.config, kit, ...server });
  return {
    ...running,
    world,
    server,
    async stop() {
      server.drain();
      await running.drain();
      await world.close();
    },
  };
}

/** A row of `airport_hourly`. */
export function hourlyRow(airport: string, departures: number, eventTimeUs = startUs) {
  return {
    keys: { airport: { kind: { case: "stringValue" as const, value: airport } } },
    features: { departures: { kind: { case: "int64Value" as const, value: BigInt(departures) } } },
    eventTimeUs,
  };
}

/** A push of one row of `airport_hourly`, as a message of a stream. */
export function streamedPush(sequence: number, requestId = "") {
  return {
    sequence: BigInt(sequence),
    push: {
      project: "default",
      featureView: "airport_hourly",
      rows: [hourlyRow(`A${sequence}`, sequence)],
      requestId,
    },
  };
}
