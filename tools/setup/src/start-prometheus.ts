import { writeFileSync } from "node:fs";
import path from "node:path";
import { installHint } from "./ensure-servers.ts";
import { findBinary } from "./find-binary.ts";
import { freePort } from "./free-port.ts";
import { endProcess, startProcess } from "./private-process.ts";
import { makeTempFolder, removeTempFolder } from "./temp-folder.ts";

/** A Prometheus that runs. */
export interface PrometheusServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** What it starts with. */
export interface PrometheusFiles {
  /** Its `prometheus.yml`. */
  readonly config: string;
  /** Other files, by the names under which the config has them. */
  readonly others: Readonly<Record<string, string>>;
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Starts a private Prometheus on a free port. Throws where the program is missing or does not start. */
export async function startPrometheus({ config, others }: PrometheusFiles): Promise<PrometheusServer> {
  const command = findBinary("prometheus");
  if (command === undefined) throw new Error(installHint(["prometheus"]));
  const port = await freePort();
  const folder = makeTempFolder("prometheus");
  const url = `http://127.0.0.1:${port}`;
  for (const [name, text] of Object.entries({ ...others, "prometheus.yml": config }))
    writeFileSync(path.join(folder, name), text);
  const child = await startProcess({
    name: "prometheus",
    command,
    args: [
      `--config.file=${path.join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${path.join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: path.join(folder, "prometheus.log"),
    deathSignal: "KILL",
    isReady: () => isReady(url),
    readyTimeoutMs: 20_000,
  });
  return {
    url,
    async stop() {
      await endProcess(child, "SIGTERM");
      removeTempFolder(folder);
    },
  };
}
