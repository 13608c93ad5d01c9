import { InMemoryOfflineCatalog } from "@timewell/store-ports";
import { describeOfflineCatalog } from "./describe-offline-catalog.ts";

const nothingIsKept = "it lives in the memory of one process, on purpose";

describeOfflineCatalog(
  "InMemoryOfflineCatalog",
  async () => ({ open: async () => new InMemoryOfflineCatalog(), dispose: async () => {} }),
  { gaps: { persists: nothingIsKept, shared: nothingIsKept } },
);
