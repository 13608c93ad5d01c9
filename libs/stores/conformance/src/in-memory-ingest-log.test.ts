import { InMemoryIngestLog } from "@timewell/store-ports";
import { describeIngestLog } from "./describe-ingest-log.ts";

const nothingIsKept = "it lives in the memory of one process, on purpose";

describeIngestLog(
  "InMemoryIngestLog",
  async (clock, limits) => ({
    open: async () => new InMemoryIngestLog(clock, limits),
    dispose: async () => {},
  }),
  { gaps: { persists: nothingIsKept, shared: nothingIsKept } },
);
