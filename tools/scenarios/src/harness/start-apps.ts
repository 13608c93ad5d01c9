import { mkdirSync, rmSync, cpSync } from "node:fs";
import path from "node:path";
import {
  copyEmbeddedDatabase,
  freePort,
  makeTempFolder,
  removeTempFolder,
  startPostgres,
  startRedis,
  type PostgresServer,
  type PrivateServer,
} from "@timewell/setup";
import { AppProcess, type AppSpec } from "./app-process.ts";
import { type Clients, type Credentials, type EndpointName, endpointNames, makeClients } from "./clients.ts";

/** Apps that are processes of their own where the engines are servers. */
export type AppName = "registry" | "serving" | "retrieval" | "ingestion";

/** Where everything is kept. */
export type Engine = "embedded" | "servers";

/** How to start the apps. */
export interface StartOptions {
  readonly engine: Engine;
  /** Further flags of every app that knows them, for example `{"--flush-interval": "1s"}`; see `flagsOf`. */
  readonly flags?: Readonly<Partial<Record<AppName, readonly string[]>>>;
  /** Serve TLS and ask for tokens. */
  readonly security?: Security | undefined;
}

/** Files of certificates and tokens, and what the harness and the apps show themselves. */
export interface Security {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly caFile: string;
  readonly tokensFile: string;
  readonly adminToken: string;
  /** What the apps show to the registry. */
  readonly appToken: string;
}

/** Apps that run. */
export interface Deployment {
  readonly engine: Engine;
  readonly folder: string;
  /** Relative paths of sources and labels start here. */
  readonly dataRoot: string;
  /** Where segments and uploaded labels lie. */
  readonly offlineRoot: string;
  readonly urls: Readonly<Record<EndpointName, string>>;
  readonly clients: Clients;
  /** Each app's process; all the same one where the engine is embedded. */
  readonly apps: Readonly<Record<AppName, AppProcess>>;
  /** Only where the engines are servers. */
  readonly redis: PrivateServer;
  readonly postgres: PostgresServer;
  /** Ends everything and removes its folders. */
  stop(): Promise<void>;
}

const appNames: readonly AppName[] = ["registry", "serving", "retrieval", "ingestion"];

/** Starts the apps on engines of their own and waits until they are ready. */
export async function startApps(options: StartOptions): Promise<Deployment> {
  const folder = makeTempFolder("scenario");
  const dataRoot = path.join(folder, "data");
  mkdirSync(dataRoot);
  const ports = await Promise.all(endpointNames.map(() => freePort()));
  const listen = Object.fromEntries(endpointNames.map((name, i) => [name, `127.0.0.1:${ports[i]}`]));
  const scheme = options.security === undefined ? "http" : "https";
  const urls = Object.fromEntries(
    endpointNames.map((name, i) => [
      name,
      `${scheme}://${options.security ? "localhost" : "127.0.0.1"}:${ports[i]}`,
    ]),
  ) as Record<EndpointName, string>;
  const plan: Plan = { ...options, folder, dataRoot, listen: listen as Record<EndpointName, string>, urls };
  const servers = options.engine === "servers" ? await startServers() : undefined;
  const specs = servers === undefined ? embeddedSpecs(plan) : serverSpecs(plan, servers);
  const processes = new Map([...new Set(Object.values(specs))].map((spec) => [spec, new AppProcess(spec)]));
  const apps = Object.fromEntries(appNames.map((name) => [name, processes.get(specs[name])])) as Record<
    AppName,
    AppProcess
  >;
  const stop = async () => {
    await Promise.all([...processes.values()].map((app) => app.kill()));
    await servers?.redis.stop();
    await servers?.postgres.stop();
    keepLogs(folder);
    removeTempFolder(folder);
  };
  try {
    if (servers === undefined) await copyEmbeddedDatabase(stateFolder(plan));
    // The others need the tables that the registry makes.
    await apps.registry.start();
    await Promise.all([...processes.values()].filter((app) => !app.isRunning).map((app) => app.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const credentials: Credentials = { token: options.security?.adminToken, ca: options.security?.ca };
  return {
    engine: options.engine,
    folder,
    dataRoot,
    offlineRoot: path.join(folder, "offline"),
    urls,
    clients: makeClients(urls, credentials),
    apps,
    get redis() {
      return needed(servers?.redis);
    },
    get postgres() {
      return needed(servers?.postgres);
    },
    stop,
  };
}

interface Plan extends StartOptions {
  readonly folder: string;
  readonly dataRoot: string;
  readonly listen: Readonly<Record<EndpointName, string>>;
  readonly urls: Readonly<Record<EndpointName, string>>;
}

const stateFolder = ({ folder }: Plan) => path.join(folder, "state");

interface Servers {
  readonly redis: PrivateServer;
  readonly postgres: PostgresServer;
  readonly database: string;
}

async function startServers(): Promise<Servers> {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  return { redis, postgres, database: await postgres.createDatabase("timewell") };
}

function embeddedSpecs(plan: Plan): Record<AppName, AppSpec> {
  const listens = endpointNames.flatMap((name) => [`--${name}-listen`, plan.listen[name]]);
  const args = [
    ...listens,
    ...["--data-dir", stateFolder(plan)],
    ...workFlags(plan),
    ...securityFlags(plan),
    ...appNames.flatMap((name) => plan.flags?.[name] ?? []),
  ];
  const spec = { app: "standalone", name: "standalone", args, folder: plan.folder };
  return { registry: spec, serving: spec, retrieval: spec, ingestion: spec };
}

function serverSpecs(plan: Plan, { redis, database }: Servers): Record<AppName, AppSpec> {
  const spec = (app: AppName, ...flags: (readonly string[])[]): AppSpec => ({
    app,
    name: app,
    folder: plan.folder,
    args: [
      ...["--listen", plan.listen[app]],
      ...securityFlags(plan),
      ...flags.flat(),
      ...(plan.flags?.[app] ?? []),
    ],
  });
  const follow = (app: AppName) => [
    ...["--registry", plan.urls.registry, "--snapshot-dir", path.join(plan.folder, "snapshots", app)],
    ...(plan.security === undefined
      ? []
      : ["--registry-token", plan.security.appToken, "--registry-ca", plan.security.caFile]),
  ];
  const stores = { online: ["--online", redis.url], database: ["--database", database] };
  return {
    registry: spec("registry", stores.database),
    serving: spec("serving", ["--http-listen", plan.listen.http], stores.online, follow("serving")),
    retrieval: spec("retrieval", stores.database, workFlags(plan), follow("retrieval")),
    ingestion: spec("ingestion", stores.online, stores.database, workFlags(plan), follow("ingestion")),
  };
}

function workFlags({ folder, dataRoot }: Plan): string[] {
  return [
    ...["--data-root", dataRoot],
    ...["--offline-dir", path.join(folder, "offline")],
    ...["--temp-dir", path.join(folder, "tmp")],
    ...["--memory-limit", "512MiB"],
  ];
}

function securityFlags({ security }: Plan): string[] {
  if (security === undefined) return [];
  return ["--tls-cert", security.cert, "--tls-key", security.key, "--tokens", security.tokensFile];
}

function needed<T>(server: T | undefined): T {
  if (server === undefined) throw new Error("this deployment has no servers");
  return server;
}

/** Copies the logs to the folder that `TIMEWELL_KEEP_LOGS` names, to look at after a failure. */
function keepLogs(folder: string): void {
  const target = process.env["TIMEWELL_KEEP_LOGS"];
  if (target === undefined) return;
  const place = path.join(target, path.basename(folder));
  rmSync(place, { recursive: true, force: true });
  cpSync(folder, place, { recursive: true, filter: (from) => from === folder || from.endsWith(".log") });
}
