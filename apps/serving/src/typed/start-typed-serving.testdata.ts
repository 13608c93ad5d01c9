import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Client, credentials } from "@grpc/grpc-js";
import {
  type GetSnapshotRequestSchema,
  GetSnapshotResponseSchema,
  type Snapshot,
  WatchRegistryResponseSchema,
} from "@timewell/contracts";
import {
  createLogger,
  createMetrics,
  createRegistryFollower,
  Health,
  parseConfig,
  type RegistryFollower,
  type RunningService,
  serviceOptions,
  startService,
} from "@timewell/service";
import type { OnlineStore } from "@timewell/store-ports";
import { systemClock } from "@timewell/ttl";

import { servingOptions } from "../config.ts";
import { createServingServer } from "../server.ts";
import { createServingMetrics } from "../serving-metrics.ts";
import { graceUs } from "./typed-case.testdata.ts";

/** Serving on a free port, which follows a registry that a test speaks for. */
export interface TypedServing extends RunningService {
  readonly definitions: RegistryFollower;
  readonly client: Client;
  readonly logged: readonly string[];
  /** Tells of a new version of a project. */
  say(snapshot: Snapshot): void;
  stop(): Promise<void>;
}

/** Starts serving over a store, as `main.ts` does with these arguments. */
export async function startTypedServing(
  onlineStore: OnlineStore,
  args: readonly string[] = [],
): Promise<TypedServing> {
  const logged: string[] = [];
  const log = createLogger({
    name: "test",
    level: "debug",
    destination: { write: (line) => logged.push(line) },
  });
  const clock = systemClock();
  const metrics = createMetrics({ processMetrics: false });
  const kit = { log, clock, metrics, health: new Health() };
  const registry = new SpokenRegistry();
  const definitions = createRegistryFollower({ client: registry, clock, log });
  const parsed = parseConfig(
    {
      name: "test",
      version: "0",
      summary: "",
      options: { ...serviceOptions("127.0.0.1:0"), feastProject: servingOptions.feastProject },
    },
    args,
    {},
  );
  if (parsed.kind === "show") throw new TypeError("a test asks for help");
  const server = createServingServer({
    definitions,
    onlineStore,
    clock,
    graceUs,
    metrics: createServingMetrics(metrics.registry, definitions),
    feastProject: parsed.config.feastProject,
  });
  const running = await startService({ name: "serving", config: parsed.config, kit, ...server });
  const client = new Client(`127.0.0.1:${running.port}`, credentials.createInsecure());
  return {
    ...running,
    definitions,
    client,
    logged,
    say: (snapshot) => registry.say(snapshot),
    async stop() {
      client.close();
      definitions.close();
      await running.drain();
    },
  };
}

class SpokenRegistry {
  readonly #said: Snapshot[] = [];
  readonly #all: Snapshot[] = [];
  #wake = () => {};

  say(snapshot: Snapshot): void {
    this.#said.push(snapshot);
    this.#all.push(snapshot);
    this.#wake();
  }

  async getSnapshot({ project, version }: MessageInitShape<typeof GetSnapshotRequestSchema>) {
    const snapshot = this.#all.findLast(
      (said) => said.project === project && (version === undefined || said.version === version),
    );
    return create(GetSnapshotResponseSchema, { snapshot });
  }

  async *watchRegistry(_request: object, options?: { readonly signal?: AbortSignal }) {
    options?.signal?.addEventListener("abort", () => this.#wake());
    while (options?.signal?.aborted !== true) {
      for (const snapshot of this.#said.splice(0))
        yield create(WatchRegistryResponseSchema, { snapshot, caughtUp: true });
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
