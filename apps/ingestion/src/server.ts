import type { ConnectRouter } from "@connectrpc/connect";
import { Ingestion } from "@timewell/contracts";
import { FeatureStoreError } from "@timewell/errors";
import type { GrpcServer, HttpRoutes, LiveDescriptors } from "@timewell/service";

import { Applier } from "./applier.ts";
import type { IngestionDeps } from "./ingestion-deps.ts";
import { pushRoutes } from "./push/rest/push-routes.ts";
import { hostTypedPushes } from "./push/typed/host-typed-pushes.ts";
import { ingestionRoutes } from "./rpc/ingestion-routes.ts";
import { Scheduler } from "./schedule/scheduler.ts";
import { Streams } from "./streams/streams.ts";
import { flushSegments } from "./segment-writer.ts";
import { Upkeep } from "./segments/upkeep.ts";

/** Ingestion, ready to be mounted on a listener. */
export interface IngestionServer {
  readonly services: readonly [typeof Ingestion];
  /** For HTTP: Connect, gRPC-Web and JSON. */
  readonly routes: (router: ConnectRouter) => void;
  /** For HTTP: `POST /push`. */
  readonly http: HttpRoutes;
  /** For gRPC: also the typed pushes of every view, which `descriptors` lists. */
  readonly grpc: (server: GrpcServer, descriptors: LiveDescriptors) => void;
  /** Begins to apply the log and to write segments. Call it when definitions are known. */
  start(): void;
  /** Moves applied log rows to segments now; returns how many. */
  flush(): Promise<number>;
  /** Merges segments, deletes files and drops refused rows where that is due now. */
  upkeep(): Promise<void>;
  /** Takes no more pushes of streams that are open: each is told what is durable, and to call another server. */
  drain(): void;
  /** Ends the work under way. The engines stay open: who opened them closes them. */
  stop(): Promise<void>;
}

function shuttingDown(): FeatureStoreError {
  return new FeatureStoreError("SHUTTING_DOWN", "Cannot go on with the stream: the server is shutting down", {
    hint: "Send what was not answered again, under the same request ids: another server, or this one after its restart, takes it",
  });
}

/** Puts ingestion together over its engines. */
export function createIngestionServer(deps: IngestionDeps): IngestionServer {
  const applier = new Applier(deps);
  const stopping = new AbortController();
  const draining = new AbortController();
  const scheduler = new Scheduler(deps, applier);
  const upkeep = new Upkeep(deps, applier);
  let flushing = Promise.resolve();
  let scheduling = Promise.resolve();
  const streams = new Streams(deps, applier, deps.settings.kafka);
  let streaming = Promise.resolve();
  const implementation = ingestionRoutes(deps, applier, streams, draining.signal);

  async function flushRegularly(): Promise<void> {
    for (;;) {
      await deps.clock.sleep(deps.settings.flushIntervalMs, stopping.signal);
      await flushSegments(deps, applier, { signal: stopping.signal }).catch((error: unknown) => {
        deps.log.error({ err: error }, "log rows cannot be written to segments now; trying again later");
      });
      await upkeep.run(stopping.signal);
    }
  }

  return {
    services: [Ingestion],
    routes: (router) => router.service(Ingestion, implementation),
    http: pushRoutes(deps, applier),
    grpc(server, descriptors) {
      server.service(Ingestion, implementation);
      hostTypedPushes(deps, applier, draining.signal, server, descriptors);
    },
    start() {
      applier.start();
      flushing = flushRegularly().catch(() => undefined);
      scheduling = scheduler.run(stopping.signal);
      streaming = streams.run(stopping.signal);
    },
    flush: () => flushSegments(deps, applier),
    upkeep: () => upkeep.run(stopping.signal),
    drain: () => draining.abort(shuttingDown()),
    async stop() {
      stopping.abort();
      await Promise.all([flushing, scheduling, streaming]);
      await applier.stop();
    },
  };
}
