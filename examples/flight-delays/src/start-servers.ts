import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureServers, startPostgres, startRedis } from "@timewell/setup";
import { startApp, type AppProcess } from "./app-process.ts";
import { readyTimeoutMs, type Deployment, type DeploymentOptions } from "./deployment.ts";
import { endpoint } from "./endpoint.ts";

/**
 * Starts a private Redis and a private PostgreSQL, and the four apps as processes of their own, all on free loopback
 * ports. Installs the two servers where it may and they are missing, else says how to.
 */
export async function startServers(options: DeploymentOptions): Promise<Deployment> {
  ensureServers();
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const redis = await startRedis();
    stops.push(() => redis.stop());
    const postgres = await startPostgres();
    stops.push(() => postgres.stop());
    const database = await postgres.createDatabase("flight_delays");
    const start = async (name: string, args: readonly string[]) => {
      const app = await startOne(name, args, options.stateDirectory);
      stops.push(() => app.stop());
      return app;
    };

    const registry = endpoint(await start("registry", ["--database", database]), "registry");
    const follow = (name: string) => [
      ...["--registry", registry],
      ...["--snapshot-dir", join(options.stateDirectory, "snapshots", name)],
    ];
    const offline = (name: string) => [
      ...["--database", database, "--data-root", options.dataRoot],
      ...["--offline-dir", join(options.stateDirectory, "offline")],
      ...["--temp-dir", join(options.stateDirectory, "tmp", name)],
    ];
    // Rows of 2001 are long past ttl plus grace: a store that expires them would not even take them.
    const ingestion = [
      "--online",
      redis.url,
      "--expiry",
      "none",
      ...follow("ingestion"),
      ...offline("ingestion"),
    ];
    const retrieval = [...follow("retrieval"), ...offline("retrieval")];
    const serving = ["--online", redis.url, "--http-listen", "127.0.0.1:0", ...follow("serving")];
    return {
      description: "four processes on Redis, PostgreSQL and DuckDB",
      registryUrl: registry,
      ingestionUrl: endpoint(await start("ingestion", ingestion), "ingestion"),
      retrievalUrl: endpoint(await start("retrieval", retrieval), "retrieval"),
      servingUrl: endpoint(await start("serving", serving), "serving"),
      stop: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function startOne(name: string, args: readonly string[], stateDirectory: string): Promise<AppProcess> {
  return startApp({
    mainPath: fileURLToPath(import.meta.resolve(`../../../apps/${name}/src/main.ts`)),
    args: ["--listen", "127.0.0.1:0", ...args],
    logPath: join(stateDirectory, `${name}.log`),
    readyTimeoutMs,
  });
}
