import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { h2loadArgs } from "../../harness/run-h2load.ts";
import { grpcHeaders } from "./load-files.ts";
import type { ServingPeers } from "./serving-peers.ts";
import type { ServingWorld } from "./serving-world.ts";
import { feastConnections, loadInFlightPerLane, loadLanes } from "./throughput.ts";

const require = createRequire(import.meta.url);

/** Prints which versions take part, and with which flags. */
export function sayPeers({ context, h2load, sizes }: ServingWorld, { feast }: ServingPeers): void {
  const example = { program: h2load, bodyFile: "BODY", requests: 1000, inFlight: loadInFlightPerLane };
  const args = h2loadArgs({ ...example, url: "URL", headers: grpcHeaders(sizes), http1: false });
  const lines = [
    `load: ${execFileSync(h2load, ["--version"], { encoding: "utf8" }).trim()}, ${loadLanes} processes at a time, ` +
      `${sizes.bodies} bodies in turn, each as: h2load ${args.join(" ").replace("-n 1000", "-n REQUESTS")}`,
    `echo: @grpc/grpc-js ${versionOf("@grpc/grpc-js")}, identity serializers, one prebuilt answer, ` +
      "max_concurrent_streams 1000, channelz off",
    `ioredis: ${versionOf("ioredis")}, one MGET for each request, ${loadLanes * loadInFlightPerLane} at a time`,
    "timewell: one process, default settings: metrics, deadlines and limits on",
  ];
  if (feast !== undefined) {
    const versions = Object.entries(feast.facts.versions).map(([name, version]) => `${name} ${version}`);
    lines.push(
      `feast: ${versions.join(", ")}; feast serve ${feast.facts.flags}; ${feastConnections} connections of HTTP/1.1`,
    );
  }
  lines.forEach(context.say);
}

function versionOf(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}
