import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startApp } from "./app-process.ts";
import { endpoint } from "./endpoint.ts";
import { readyTimeoutMs, type Deployment, type DeploymentOptions } from "./deployment.ts";

const mainPath = fileURLToPath(import.meta.resolve("../../../apps/standalone/src/main.ts"));

/** Starts the four services in one child process on the embedded engines, on loopback ports. */
export async function startEmbedded(options: DeploymentOptions): Promise<Deployment> {
  const names = ["registry", "serving", "http", "retrieval", "ingestion"];
  const freePorts = names.flatMap((name) => [`--${name}-listen`, "127.0.0.1:0"]);
  const args = [
    ...(options.usualPorts === true ? [] : freePorts),
    ...["--data-dir", join(options.stateDirectory, "timewell"), "--data-root", options.dataRoot],
    ...(options.flags ?? []),
  ];
  const logPath = join(options.stateDirectory, "standalone.log");
  const app = await startApp({ mainPath, args, logPath, readyTimeoutMs });
  return {
    description: "one process on PGlite, LMDB and DuckDB",
    registryUrl: endpoint(app, "registry"),
    servingUrl: endpoint(app, "serving"),
    retrievalUrl: endpoint(app, "retrieval"),
    ingestionUrl: endpoint(app, "ingestion"),
    stop: () => app.stop(),
  };
}
