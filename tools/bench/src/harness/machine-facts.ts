import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { findBinary } from "@timewell/setup";
import { version as duckdbVersion } from "@duckdb/node-api";

/** On what was measured. */
export interface MachineFacts {
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly duckdb: string;
  readonly redis: string;
}

/** Says on what was measured, without naming the machine. */
export function machineFacts(): MachineFacts {
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version.slice(1),
    duckdb: duckdbVersion().replace(/^v/, ""),
    redis: redisVersion(),
  };
}

function redisVersion(): string {
  const command = findBinary("redis-server", "valkey-server");
  if (command === undefined) return "absent";
  const words = execFileSync(command, ["--version"], { encoding: "utf8" });
  return /v=(\S+)/.exec(words)?.[1] ?? words.trim();
}
