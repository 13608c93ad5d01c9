import { describeIngestLog } from "@timewell/store-conformance";
import { openLmdbIngestLog } from "./lmdb-ingest-log.ts";
import { temporaryFolder } from "./temporary-folder.testdata.ts";

describeIngestLog("LMDB", async (clock) => {
  const { path, remove } = await temporaryFolder();
  return { open: () => openLmdbIngestLog({ path, clock }), dispose: remove };
});
