import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeKey, partitionOf } from "@timewell/keys";
import { FeatureStoreError } from "@timewell/errors";
import { systemClock } from "@timewell/ttl";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";

/** A process of its own, on a small disk: appends batches of 10 rows until one is refused, makes room, and appends again. */
const folder = process.argv[2]!;
const ballast = join(folder, "ballast");
writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
const log = await openLmdbIngestLog({ path: join(folder, "log"), clock: systemClock() });
const entityKey = encodeKey(["INT64"], [1n]);
const row = { viewId: 7, entityKey, eventTimeUs: 1n, deleted: false, payload: new Uint8Array(20_000) };
let appended = 0;

async function append(): Promise<string> {
  try {
    await log.append(Array.from({ length: 10 }, () => row));
    appended += 10;
    return "appended";
  } catch (error) {
    return error instanceof FeatureStoreError ? error.kind : String(error);
  }
}

let refused = "appended";
for (let batch = 0; batch < 100 && refused === "appended"; batch++) refused = await append();
const read = () => log.read(partitionOf(entityKey), 0n, 100_000);
const whenFull = (await read()).length;
rmSync(ballast);
const withRoom = await append();
const lost = appended - (await read()).length;
const answer = { refused, readable: whenFull > 0, wholeBatches: whenFull % 10 === 0, withRoom, lost };
process.stdout.write(JSON.stringify(answer));
process.exit(0);
