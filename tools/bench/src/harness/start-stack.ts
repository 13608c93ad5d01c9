import path from "node:path";
import { createTimewellClient } from "@timewell/client";
import type { Definitions } from "@timewell/contracts";
import { ensureServers, startPostgres, startRedis } from "@timewell/setup";
import { project } from "../fixtures/definitions.ts";
import { startApp, type AppProcess } from "./app-process.ts";
import type { ProfilePlace } from "./profile-flags.ts";

/** The production engines with the definitions of the benches; the two apps that are measured start one by one. */
export interface Stack {
  readonly redisUrl: string;
  /** Database of the registry and the log. */
  readonly databaseUrl: string;
  readonly registryUrl: string;
  /** Serving on that Redis, with these settings, and with a profile of this name in this folder. */
  startServing(args: readonly string[], profile?: ProfilePlace): Promise<AppProcess>;
  /** The app, or a program that stands in for it. */
  startRetrieval(program?: string): Promise<AppProcess>;
  startIngestion(args?: readonly string[]): Promise<AppProcess>;
  stop(): Promise<void>;
}

/** How the apps run. */
export interface StackOptions {
  readonly definitions: Definitions;
  /** Folder of the fixtures, and of all that the apps keep. */
  readonly folder: string;
  /** Where the paths of sources and labels start. Default: the folder. */
  readonly dataRoot?: string;
  /** What DuckDB may hold in a child process. */
  readonly memoryLimitBytes: number;
  /** Threads of DuckDB in a child process. */
  readonly threads: number;
  readonly profileFolder: string | undefined;
}

/** Starts a private Redis and PostgreSQL, and the registry with the definitions applied. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, profileFolder } = options;
  ensureServers();
  await using started = new AsyncDisposableStack();
  const redis = await startRedis();
  started.defer(() => redis.stop());
  const postgres = await startPostgres();
  started.defer(() => postgres.stop());
  const profile = profileFolder === undefined ? undefined : { folder: profileFolder };
  const database = await postgres.createDatabase("bench");
  const start = (app: string, args: readonly string[], program?: string): Promise<AppProcess> =>
    startApp({ app, program, args: ["--database", database, ...args], folder, profile });
  const registry = await start("registry", []);
  started.defer(() => registry.stop());
  const client = createTimewellClient({ registryUrl: registry.url });
  await client.apply(project, options.definitions);
  client.close();

  const follow = (app: string): string[] => {
    return ["--registry", registry.url, "--snapshot-dir", path.join(folder, "snapshots", app)];
  };
  const offline = (app: string): string[] => [
    ...follow(app),
    ...["--data-root", options.dataRoot ?? folder, "--offline-dir", path.join(folder, "offline")],
    ...["--temp-dir", path.join(folder, "spill", app)],
    ...[
      "--memory-limit",
      `${options.memoryLimitBytes / 2 ** 20}MiB`,
      "--duckdb-threads",
      String(options.threads),
    ],
  ];
  const stops = started.move();
  return {
    redisUrl: redis.url,
    databaseUrl: database,
    registryUrl: registry.url,
    startServing: (args, place) =>
      startApp({
        app: "serving",
        listens: ["--listen", "--http-listen"],
        args: [...follow("serving"), "--online", redis.url, ...args],
        folder,
        profile: place,
      }),
    startRetrieval: (program) => start("retrieval", offline("retrieval"), program),
    startIngestion: (args = []) =>
      start("ingestion", ["--online", redis.url, ...offline("ingestion"), ...args]),
    stop: () => stops.disposeAsync(),
  };
}
