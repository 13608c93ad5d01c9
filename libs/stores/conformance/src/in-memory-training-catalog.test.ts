import { InMemoryTrainingCatalog } from "@timewell/store-ports";
import { describeTrainingCatalog } from "./describe-training-catalog.ts";

const nothingIsKept = "it lives in the memory of one process, on purpose";

describeTrainingCatalog(
  "InMemoryTrainingCatalog",
  async () => ({ open: async () => new InMemoryTrainingCatalog(), dispose: async () => {} }),
  { gaps: { persists: nothingIsKept, shared: nothingIsKept } },
);
