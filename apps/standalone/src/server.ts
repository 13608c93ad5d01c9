import { randomUUID } from "node:crypto";

import { createClient } from "@connectrpc/connect";
import { FeatureRegistry } from "@timewell/contracts";
import {
  createIngestionMetrics,
  createIngestionServer,
  type IngestionServer,
  type IngestionSettings,
} from "@timewell/ingestion";
import { createRegistryServer, type RegistryServer } from "@timewell/registry";
import { createRetrievalServer, type RetrievalServer } from "@timewell/retrieval";
import {
  createInProcessTransport,
  createRegistryFollower,
  type Kit,
  type OfflineFolders,
} from "@timewell/service";
import { createServingMetrics, createServingServer, type ServingServer } from "@timewell/serving";
import type { FailPointHook } from "@timewell/store-ports";

import type { EmbeddedEngines } from "./open-engines.ts";

/** All four services over embedded engines. */
export interface StandaloneServer {
  readonly registry: RegistryServer;
  readonly serving: ServingServer;
  readonly retrieval: RetrievalServer;
  readonly ingestion: IngestionServer;
  /** Starts the work in the background; resolves when definitions are known. */
  start(): Promise<void>;
  /** Ends it. The engines stay open. */
  stop(): Promise<void>;
}

/** What the four share. */
export interface StandaloneDeps {
  readonly engines: EmbeddedEngines;
  readonly kit: Pick<Kit, "clock" | "log" | "metrics">;
  readonly settings: IngestionSettings;
  readonly folders: OfflineFolders;
  /** The project that clients of Feast read. Undefined: the only one. */
  readonly feastProject: string | undefined;
  /** Called at the fail points of ingestion; absent: nothing is. */
  readonly failPoint?: FailPointHook | undefined;
}

/** Composes the four services in one process; three follow the first as they would over the network. */
export function createStandaloneServer({
  engines,
  kit,
  settings,
  folders,
  feastProject,
  failPoint,
}: StandaloneDeps): StandaloneServer {
  const { clock, log } = kit;
  const registry = createRegistryServer({ store: engines.registryStore, clock, log });
  const client = createClient(FeatureRegistry, createInProcessTransport(registry.routes));
  const definitions = createRegistryFollower({ client, clock, log });
  const offline = { ...engines, ...folders, definitions, clock, log, newId: randomUUID };
  const metrics = createServingMetrics(kit.metrics.registry, definitions);
  const serving = createServingServer({
    ...engines,
    definitions,
    clock,
    metrics,
    graceUs: settings.graceUs,
    feastProject,
  });
  const retrieval = createRetrievalServer({ ...offline, graceUs: settings.graceUs });
  const ingestion = createIngestionServer({
    ...offline,
    settings,
    metrics: createIngestionMetrics(kit.metrics.registry),
    failPoint,
  });
  return {
    registry,
    serving,
    retrieval,
    ingestion,
    async start() {
      await registry.start();
      await definitions.ready;
      ingestion.start();
    },
    async stop() {
      await ingestion.stop();
      definitions.close();
      await registry.stop();
    },
  };
}
