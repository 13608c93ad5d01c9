import { spawnSync } from "node:child_process";
import { findBinary } from "./find-binary.ts";
import { hasKafkaJars } from "./kafka-jars.ts";

const javaVersionMin = 17;

/** The Debian packages of what runs a Kafka broker, and fetches it where that was not done yet, as far as this machine does not have them. */
export function missingKafka(): string[] {
  const missing: string[] = [];
  if (javaVersion() < javaVersionMin) missing.push("default-jre-headless");
  if (!hasKafkaJars() && findBinary("mvn") === undefined) missing.push("maven");
  return missing;
}

/** The major version of `java`; 0 where there is none. */
function javaVersion(): number {
  const java = findBinary("java");
  if (java === undefined) return 0;
  const { stderr } = spawnSync(java, ["-version"], { encoding: "utf8" });
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}
