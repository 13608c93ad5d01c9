import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter, ServiceImpl } from "@connectrpc/connect";
import { FeatureRegistry, Ingestion, OfflineRetrieval, OnlineServing } from "@timewell/contracts";
import { systemClock } from "@timewell/ttl";
import { parseConfig } from "../config/parse-config.ts";
import { serviceOptions } from "../config/service-options.ts";
import { Health } from "../health/health.ts";
import { createLogger } from "../log/create-logger.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import { startService, type RunningService, type ServiceInit } from "./start-service.ts";

/** Every service of Timewell. */
export const allServices = [FeatureRegistry, OnlineServing, OfflineRetrieval, Ingestion];

/** Both RPC stacks, by name. */
export const stacks = ["connect", "grpc-js"] as const;

/** A running service, and what it logged. */
export interface TestService extends RunningService {
  readonly logged: string[];
  readonly health: Health;
}

/** How to start one. */
export interface TestServiceInit {
  /** Who answers HTTP/2. */
  readonly stack: (typeof stacks)[number];
  /** Command line. */
  readonly args?: readonly string[];
  readonly services?: readonly DescService[];
  /** Methods that do more than to answer with an empty message, by service and method. */
  readonly methods?: Readonly<Record<string, (request: never, context: never) => unknown>>;
  readonly limits?: ServiceInit["limits"];
  readonly http?: ServiceInit["http"];
}

/** Starts services of empty answers on a free loopback port. */
export async function startTestService(init: TestServiceInit): Promise<TestService> {
  const parsed = parseConfig(
    { name: "test", version: "0", summary: "", options: serviceOptions("127.0.0.1:0") },
    init.args ?? [],
    {},
  );
  if (parsed.kind === "show") throw new TypeError("a test asks for help");
  const logged: string[] = [];
  const log = createLogger({
    name: "test",
    level: "debug",
    destination: { write: (line) => logged.push(line) },
  });
  const health = new Health();
  const kit = { log, clock: systemClock(), metrics: createMetrics(), health };
  const services = init.services ?? [OnlineServing];
  const implementations = services.map(
    (service) => [service, emptyService(service, init.methods ?? {})] as const,
  );
  const running = await startService({
    name: "test",
    config: parsed.config,
    kit,
    services,
    routes(router: ConnectRouter) {
      for (const [service, implementation] of implementations) router.service(service, implementation);
    },
    grpc:
      init.stack === "connect"
        ? undefined
        : (server) => {
            for (const [service, implementation] of implementations) server.service(service, implementation);
          },
    limits: init.limits,
    http: init.http,
  });
  return { ...running, logged, health };
}

function emptyService(service: DescService, methods: NonNullable<TestServiceInit["methods"]>) {
  const entries = service.methods.map((method) => {
    const streams = method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming";
    const empty = streams
      ? async function* () {
          yield {};
        }
      : async () => ({});
    return [method.localName, methods[method.localName] ?? empty] as const;
  });
  return Object.fromEntries(entries) as ServiceImpl<DescService>;
}
