import { InMemoryIngestLog } from "@timewell/store-ports";
import { describeIngestLog } from "./describe-ingest-log.ts";

const nothingIsKept = "it lives in the memory of one process, on purpose";

describeIngestLog(
  "InMemoryIngestLog",
  async (clock) => ({ open: async () => new InMemoryIngestLog(clock), dispose: async () => {} }),
  { gaps: { persists: nothingIsKept, shared: nothingIsKept } },
);
