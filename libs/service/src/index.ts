// For main.ts of every app.
export { runApp, type AppInit, type HostProcess, type RunningApp } from "./process/run-app.ts";
export { startService, type RunningService, type ServiceInit } from "./process/start-service.ts";
export { armFailPoints } from "./process/fail-points.ts";
export type { Kit } from "./process/kit.ts";
export type { ConfigOf, ConfigOption, ConfigSpec } from "./config/config-option.ts";
export type { CommandInfo } from "./config/help-text.ts";
export {
  addressOption,
  booleanOption,
  bytesOption,
  choiceOption,
  durationOption,
  integerOption,
  pathOption,
  pathsOption,
  stringOption,
  urlOption,
  type ListenAddress,
} from "./config/options.ts";
export { workersOption } from "./config/workers-option.ts";
export { serviceOptions, type ServiceConfig } from "./config/service-options.ts";
export { registryOptions } from "./config/registry-options.ts";
export { offlineOptions } from "./config/offline-options.ts";
export { parseConfig, type ParsedConfig } from "./config/parse-config.ts";

// For handlers.
export { principalOf } from "./auth/principal-of.ts";
export { sendDirectly, sendsDirectly, type PiecesOf } from "./direct/send-directly.ts";
export { codeOf } from "./errors/error-codes.ts";
export { toConnectError } from "./errors/to-connect-error.ts";
export type { HttpRoute, HttpRoutes, PlainRequest, PlainResponse } from "./listen/plain-http.ts";
export { readPlainBody } from "./listen/read-plain-body.ts";
export type {
  BytesContext,
  BytesHandler,
  BytesMethod,
  StreamBytesHandler,
  StreamBytesMethod,
} from "./grpc/bytes-method.ts";
export { GrpcServer } from "./grpc/grpc-server.ts";
export type { LiveDescriptors } from "./reflection/live-descriptors.ts";
export { offlineFolders, type OfflineFolders } from "./paths/offline-folders.ts";
export { resolveAllowedPath, type AllowedRoots } from "./paths/resolve-allowed-path.ts";
export { withoutFolders } from "./paths/without-folders.ts";
export {
  isFileOfSource,
  resolveSource,
  resolveSourceFiles,
  sourceFilesMax,
  sourceOf,
  type SourceFilePath,
} from "./paths/resolve-source.ts";

// For what follows the registry, in this process or another.
export {
  createRegistryFollower,
  RegistryFollower,
  type RegistryFollowerInit,
} from "./registry-follower/registry-follower.ts";
export { followRegistry } from "./registry-follower/follow-registry.ts";
export { createInProcessTransport } from "./interceptors/in-process-transport.ts";

// For apps that count on hot paths.
export { CounterFamily, type CounterSeries } from "./metrics/counter-family.ts";
export { HistogramFamily, type HistogramSeries } from "./metrics/histogram-family.ts";
export { LevelFamily, type LevelSeries } from "./metrics/level-family.ts";

// For tests and tools that put a process together by hand.
export { createLogger, type LoggerInit } from "./log/create-logger.ts";
export { createMetrics, type Metrics } from "./metrics/create-metrics.ts";
export { Health } from "./health/health.ts";
