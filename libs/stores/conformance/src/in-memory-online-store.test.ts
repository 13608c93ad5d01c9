import { InMemoryOnlineStore } from "@timewell/store-ports";
import { describeOnlineStore } from "./describe-online-store.ts";

describeOnlineStore(
  "InMemoryOnlineStore",
  async (clock) => ({ open: async () => new InMemoryOnlineStore(clock), dispose: async () => {} }),
  { gaps: { persists: "it lives in the memory of one process, on purpose" } },
);
