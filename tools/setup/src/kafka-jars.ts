import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { findBinary } from "./find-binary.ts";
import { repoRoot } from "./repo-root.ts";
import { lockMinutesMax, withLock } from "./with-lock.ts";

const pom = path.join(repoRoot, "tools/setup/kafka/pom.xml");

/** One folder for each content of the pom. */
function jarsFolder(): string {
  const digest = createHash("sha256").update(readFileSync(pom)).digest("hex").slice(0, 16);
  return path.join(repoRoot, "node_modules/.cache/timewell/kafka", digest);
}

/** True where the jars of Kafka were fetched before. */
export function hasKafkaJars(): boolean {
  return existsSync(jarsFolder());
}

/**
 * The folder with the jars of Kafka. They are fetched once, by Maven from wherever it is set up to fetch from (about 45 MB), and kept
 * below node_modules/.cache; throws where that fails.
 */
export async function kafkaJars(): Promise<string> {
  const folder = jarsFolder();
  mkdirSync(path.dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, () => {
    if (existsSync(folder)) return;
    console.error(`Fetching Kafka into ${folder}, once.`);
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    fetchInto(unfinished);
    renameSync(unfinished, folder);
  });
  return folder;
}

function fetchInto(folder: string): void {
  const mvn = findBinary("mvn");
  if (mvn === undefined) throw new Error("Cannot fetch Kafka: there is no mvn in the PATH. Install Maven.");
  const args = ["-q", "-B", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${folder}`];
  const { status, error, stdout } = spawnSync(mvn, args, {
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
    timeout: lockMinutesMax * 60_000,
  });
  if (status === 0 && existsSync(folder)) return;
  throw new Error(`Cannot fetch Kafka: mvn ${args.join(" ")} failed: ${error?.message ?? stdout.trim()}`);
}
