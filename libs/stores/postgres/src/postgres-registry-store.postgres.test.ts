import { describeRegistryStore } from "@timewell/store-conformance";
import { emptyPlaces } from "./empty-place.testdata.ts";

describeRegistryStore(
  "PostgresRegistryStore",
  emptyPlaces((stores) => stores.registryStore),
);
