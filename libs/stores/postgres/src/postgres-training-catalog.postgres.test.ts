import { describeTrainingCatalog } from "@timewell/store-conformance";
import { emptyPlaces } from "./empty-place.testdata.ts";

describeTrainingCatalog(
  "PostgresTrainingCatalog",
  emptyPlaces((stores) => stores.trainingCatalog),
);
