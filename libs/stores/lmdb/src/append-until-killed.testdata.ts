import { encodeKey } from "@timewell/keys";
import { systemClock } from "@timewell/ttl";
import { writeSync } from "node:fs";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";

/** A process of its own: appends rows for ever and says each batch that was acknowledged on its standard output. */
const log = await openLmdbIngestLog({ path: process.argv[2]!, clock: systemClock() });
for (let batch = 0; ; batch++) {
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
