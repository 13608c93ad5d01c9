import { InMemoryRegistryStore } from "@timewell/store-ports";
import { describeRegistryStore } from "./describe-registry-store.ts";

const nothingIsKept = "it lives in the memory of one process, on purpose";

describeRegistryStore(
  "InMemoryRegistryStore",
  async () => ({ open: async () => new InMemoryRegistryStore(), dispose: async () => {} }),
  { gaps: { persists: nothingIsKept, shared: nothingIsKept } },
);
