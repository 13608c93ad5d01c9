import { describeOfflineCatalog } from "@timewell/store-conformance";
import { emptyPlaces } from "./empty-place.testdata.ts";

describeOfflineCatalog(
  "PostgresOfflineCatalog",
  emptyPlaces((stores) => stores.offlineCatalog),
);
