import { encodeKey, partitionOf } from "@timewell/keys";
import { FeatureStoreError } from "@timewell/errors";
import { systemClock } from "@timewell/ttl";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";

/** A process of its own, whose files may not grow for ever: appends batches of 10 rows until one is refused. */
const log = await openLmdbIngestLog({ path: process.argv[2]!, clock: systemClock() });
const entityKey = encodeKey(["INT64"], [1n]);
const row = { viewId: 7, entityKey, eventTimeUs: 1n, deleted: false, payload: new Uint8Array(20_000) };
let refused = "nothing";
for (let batch = 0; batch < 100 && refused === "nothing"; batch++) {
  try {
    await log.append(Array.from({ length: 10 }, () => row));
  } catch (error) {
    refused = error instanceof FeatureStoreError ? error.kind : String(error);
  }
}
const rows = await log.read(partitionOf(entityKey), 0n, 100_000);
const answer = { refused, readable: rows.length > 0, wholeBatches: rows.length % 10 === 0 };
process.stdout.write(JSON.stringify(answer));
process.exit(0);
