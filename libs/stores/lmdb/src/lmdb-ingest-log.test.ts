import { describeIngestLog } from "@timewell/store-conformance";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";
import { temporaryFolder } from "./temporary-folder.testdata.ts";

describeIngestLog("LMDB", async (clock, quarantineLimits) => {
  const { path, remove } = await temporaryFolder();
  return { open: () => openLmdbIngestLog({ path, clock, quarantineLimits }), dispose: remove };
});
