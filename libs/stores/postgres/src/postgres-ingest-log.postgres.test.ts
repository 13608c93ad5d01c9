import { describeIngestLog } from "@timewell/store-conformance";
import { emptyPlaces } from "./empty-place.testdata.ts";

describeIngestLog(
  "PostgresIngestLog",
  emptyPlaces((stores) => stores.ingestLog),
);
