import { encodeKey, partitionOf } from "@timewell/keys";
import { systemClock } from "@timewell/ttl";
import { writeSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";

/**
 * A process of its own: appends rows for ever and says each batch that was acknowledged on its standard output. It may be told to kill
 * itself at the fifth hit of a fail point, or to end well after some batches, and to say each as soon as it can be read.
 */
const [, , path, failPoint = "", batches = "Infinity", tells = "when acknowledged"] = process.argv;
const entityKey = encodeKey(["INT64"], [1n]);
let hits = 0;
const log = await openLmdbIngestLog({
  path: path!,
  clock: systemClock(),
  failPoint: (name) => {
    if (name === failPoint && ++hits === 5) process.kill(process.pid, "SIGKILL");
  },
});
for (let batch = 0; batch < Number(batches); batch++) {
  const row = {
    viewId: 7,
    entityKey,
    eventTimeUs: BigInt(batch),
    deleted: false,
    payload: new Uint8Array(100),
  };
  const appended = log.append([row, row, row]);
  if (tells === "when readable") await readable(BigInt(batch) * 3n);
  else await appended;
  writeSync(1, `${batch}\n`);
  await appended;
}
await log.close();

async function readable(after: bigint): Promise<void> {
  while ((await log.read(partitionOf(entityKey), after, 1)).length === 0) await turn();
}
