import type { SelfTime } from "../../harness/cpu-profile.ts";

/** Parts of the server, by where the code stands; the first that fits counts. */
const parts: readonly (readonly [RegExp, string])[] = [
  [/node_modules\/@grpc\/grpc-js\//, "grpc-js"],
  [/node_modules\/(ioredis|@ioredis|redis-parser|redis-errors)\//, "ioredis"],
  [/node:internal\/http2|node:http2|node:_?http/, "node: HTTP/2"],
  [/node:internal\/streams|node:stream|node:net|node:internal\/stream_base/, "node: sockets and streams"],
  [/node:/, "node: timers, ticks, other"],
  [/libs\/service\/src\/metrics\/|node_modules\/prom-client|serving-metrics/, "metrics"],
  [/libs\/service\//, "service kit: chain of a call"],
  [/libs\/stores\//, "store adapter"],
  [/apps\/serving\/|libs\/(core|model|transforms)\//, "Timewell: keys, judging, assembly"],
  [/node_modules\//, "other packages"],
];

/** Self time by part, the largest first; the shares sum up to 1. */
export function costParts(times: readonly SelfTime[]): { readonly part: string; readonly share: number }[] {
  const sums = new Map<string, number>();
  for (const time of times) sums.set(partOf(time), (sums.get(partOf(time)) ?? 0) + time.us);
  const total = [...sums.values()].reduce((sum, us) => sum + us, 0);
  return [...sums].map(([part, us]) => ({ part, share: us / total })).sort((a, b) => b.share - a.share);
}

function partOf({ name, owner }: SelfTime): string {
  if (name === "(garbage collector)") return "garbage collector";
  if (name === "(program)" || owner === "") return "V8 and libuv: system calls, parsing of HTTP/2";
  return parts.find(([pattern]) => pattern.test(owner))?.[1] ?? "other";
}
