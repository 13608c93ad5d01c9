import { encodeKey } from "@timewell/keys";
import { systemClock } from "@timewell/ttl";
import { writeSync } from "node:fs";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";

/**
 * A process of its own: appends rows for ever and says each batch that was acknowledged on its standard output. It may be told to kill
 * itself at the fifth hit of a fail point, or to end well after some batches.
 */
const [, , path, failPoint = "", batches = "Infinity"] = process.argv;
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
    entityKey: encodeKey(["INT64"], [1n]),
    eventTimeUs: BigInt(batch),
    deleted: false,
    payload: new Uint8Array(100),
  };
  await log.append([row, row, row]);
  writeSync(1, `${batch}\n`);
}
await log.close();
